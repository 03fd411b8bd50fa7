/** Content Delivery Network. */
import { simulatedService } from '../simulated-service.js'

export const cdn = simulatedService(
  'cdn',
  '2018-06-06',
  `
nothing
  AddCLSTopicDomains AddCdnDomain CreateEdgePackTask DeleteCdnDomain DeleteClsLogTopic
  DisableClsLogTopic DuplicateDomainConfig EnableClsLogTopic ManageClsTopicDomains ModifyDomainConfig
  ModifyPurgeFetchTaskStatus StartCdnDomain StopCdnDomain UpdateDomainConfig UpdateImageConfig
  UpdatePayType
Interval:string Data:list
  DescribeBillingData DescribeCdnData DescribeIpVisit DescribeOriginData
Data:list
  DescribeDistrictIspData DescribeTopData ListTopData
TaskId:string
  PurgePathCache PurgeUrlsCache PushUrlsCache
Domains:list TotalNumber:number
  DescribeDomains DescribeDomainsConfig
Ips:list TotalCount:number
  DescribeCdnOriginIp DescribeIpStatus
TopicId:string
  CreateClsLogTopic
SubDomain:string Record:string RecordType:string FileVerifyUrl:string FileVerifyDomains:list FileVerifyName:string
  CreateVerifyRecord
DomainLogs:list TotalCount:number
  DescribeCdnDomainLogs
Ips:list
  DescribeCdnIp
Domains:list CertifiedDomains:list
  DescribeCertDomains
EdgePackTaskStatusSet:list TotalCount:number
  DescribeEdgePackTaskStatus
TotalCount:number HttpsPackages:list ExpiringCount:number EnabledCount:number PaidCount:number
  DescribeHttpsPackages
WebpAdapter:object TpgAdapter:object GuetzliAdapter:object AvifAdapter:object
  DescribeImageConfig
MapInfoList:list ServerRegionRelation:list ClientRegionRelation:list
  DescribeMapInfo
PayType:string BillingCycle:string StatType:string RegionType:string CurrentPayType:string
  DescribePayType
UrlPurge:list PathPurge:list
  DescribePurgeQuota
PurgeLogs:list TotalCount:number
  DescribePurgeTasks
UrlPush:list
  DescribePushQuota
PushLogs:list TotalCount:number
  DescribePushTasks
DomainReport:list ProjectReport:list
  DescribeReportData
TotalCount:number TrafficPackages:list ExpiringCount:number EnabledCount:number PaidCount:number
  DescribeTrafficPackages
UrlRecordList:list TotalCount:number
  DescribeUrlViolations
Logset:object Topics:list ExtraLogset:list
  ListClsLogTopics
AppId:number Channel:string LogsetId:string TopicId:string DomainAreaConfigs:list TopicName:string UpdateTime:string InheritDomainTags:boolean
  ListClsTopicDomains
Data:list TotalCount:number IpCount:number
  ListTopClsLogData
Logs:object
  SearchClsLog
Result:boolean
  VerifyDomainRecord
`,
)
