/** CloudAudit. */
import { simulatedService } from '../simulated-service.js'

export const cloudaudit = simulatedService(
  'cloudaudit',
  '2019-03-19',
  `
nothing
  DeleteAuditTrack ModifyAuditTrack ModifyEventsAuditTrack
IsSuccess:number
  StartLogging StopLogging UpdateAudit
TrackId:number
  CreateAuditTrack CreateEventsAuditTrack
EnableRegions:list
  ListCmqEnableRegion ListCosEnableRegion
IsEnableCmqNotify:number ReadWriteAttribute:number KeyId:string AuditStatus:number AuditName:string CosRegion:string CmqQueueName:string KmsAlias:string KmsRegion:string IsEnableKmsEncry:number CosBucketName:string CmqRegion:string LogFilePrefix:string
  DescribeAudit
Name:string ActionType:string ResourceType:string Status:number EventNames:list Storage:object CreateTime:string TrackForAllMembers:number Filters:object
  DescribeAuditTrack
Tracks:list TotalCount:number
  DescribeAuditTracks
ListOver:boolean NextToken:number Events:list TotalCount:number
  DescribeEvents
AttributeKeyDetails:list
  GetAttributeKey
AuditAmount:number
  InquireAuditCredit
AuditSummarys:list
  ListAudits
TotalCount:number KeyMetadatas:list
  ListKeyAliasByRegion
NextToken:string Events:list ListOver:boolean TotalCount:number
  LookUpEvents
`,
)
