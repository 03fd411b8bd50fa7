/** TencentDB for Redis. */
import { simulatedService } from '../simulated-service.js'

export const redis = simulatedService(
  'redis',
  '2018-04-12',
  `
TaskId:number
  AddReplicationInstance ChangeInstanceRole ChangeMasterInstance ChangeReplicaToMaster CleanUpInstance
  ClearInstance CloseSSL CreateInstanceAccount DeleteInstanceAccount DeleteReplicationInstance
  DestroyPostpaidInstance DisableReplicaReadonly KillMasterGroup ManualBackupInstance
  ModfiyInstancePassword ModifyConnectionConfig ModifyInstanceAccount ModifyInstanceAvailabilityZones
  ModifyInstanceBackupMode ModifyInstancePassword ModifyInstanceReadOnly OpenSSL
  RemoveReplicationInstance ResetPassword RestoreInstance StartupInstance SwitchInstanceVip SwitchProxy
nothing
  AssociateSecurityGroups CloseLog DeleteExportTask DeleteParamTemplate DisassociateSecurityGroups
  ModifyBackupDownloadRestriction ModifyDBInstanceSecurityGroups ModifyInstance
  ModifyInstanceLogDelivery ModifyInstancePasswordPolicy ModifyLog ModifyParamTemplate
  ModifyReplicationGroup OpenLog RemoveReplicationGroup SwitchAccessNewInstance
Data:list
  DescribeInstanceMonitorBigKey DescribeInstanceMonitorBigKeySizeDist
  DescribeInstanceMonitorBigKeyTypeDist DescribeInstanceMonitorHotKey DescribeInstanceMonitorSIP
  DescribeInstanceMonitorTookDist DescribeInstanceMonitorTopNCmd DescribeInstanceMonitorTopNCmdTook
TotalCount:number Items:list
  DescribeExportTasks DescribeLogInstanceList DescribeLogs DescribeParamTemplates
DealId:string DealName:string
  DestroyPrepaidInstance RenewInstance UpgradeInstance UpgradeInstanceVersion
Price:number HighPrecisionPrice:number OriginalPrice:number HighPrecisionOriginalPrice:number Currency:string AmountUnit:string
  InquiryPriceCreateInstance InquiryPriceRenewInstance InquiryPriceUpgradeInstance
FlowId:number
  UpgradeProxyVersion UpgradeSmallVersion UpgradeVersionToMultiAvailabilityZones
FlowId:number WanStatus:string
  AllocateWanAddress ReleaseWanAddress
DealId:string InstanceIds:list DealName:string
  CloneInstances CreateInstances
TaskIds:list
  ApplyParamsTemplate
FileName:string
  CreateExportTask
TemplateId:string
  CreateParamTemplate
TaskId:number GroupId:string
  CreateReplicationGroup
AutoBackupType:number WeekDays:list TimePeriod:string BackupStorageDays:number BinlogStorageDays:number
  DescribeAutoBackupConfig
BackupId:string StartTime:string EndTime:string BackupType:string Status:number Remark:string Locked:number BackupSize:number InstanceType:number MemSize:number ShardNum:number ReplicasNum:number Encrypted:boolean DecryptKey:string KmsKeyId:string KeyAlgorithm:string
  DescribeBackupDetail
LimitType:string VpcComparisonSymbol:string IpComparisonSymbol:string LimitVpc:list LimitIp:list
  DescribeBackupDownloadRestriction
DownloadUrl:list InnerDownloadUrl:list Filenames:list BackupInfos:list
  DescribeBackupUrl
BaseBandwidth:number AddBandwidth:number MinAddBandwidth:number MaxAddBandwidth:number
  DescribeBandwidthRange
TotalCount:number InstanceDetails:list
  DescribeCommonDBInstances
Groups:list VIP:string VPort:string
  DescribeDBSecurityGroups
AvailableRegions:list
  DescribeGlobalReplicationArea
Accounts:list TotalCount:number
  DescribeInstanceAccount
TotalCount:number BackupSet:list
  DescribeInstanceBackups
DealDetails:list
  DescribeInstanceDealDetail
JobId:string JobName:string Status:number StatusDesc:string Offset:number CutDownTime:string SrcInfo:object DstInfo:object
  DescribeInstanceDTSInfo
TotalCount:number RedisInstanceEvents:list
  DescribeInstanceEvents
SlowLog:object
  DescribeInstanceLogDelivery
ProxyCount:number Proxy:list RedisCount:number Redis:list TendisCount:number Tendis:list
  DescribeInstanceNodeInfo
TotalCount:number InstanceParamHistory:list
  DescribeInstanceParamRecords
TotalCount:number InstanceEnumParam:list InstanceIntegerParam:list InstanceTextParam:list InstanceMultiParam:list
  DescribeInstanceParams
PasswordPolicy:object
  DescribeInstancePasswordPolicy
TotalCount:number InstanceSet:list
  DescribeInstances
InstanceSecurityGroupsDetail:list
  DescribeInstanceSecurityGroup
InstanceShards:list TotalCount:number
  DescribeInstanceShards
Bandwidth:number ClientLimit:number
  DescribeInstanceSpecBandwidth
Support:boolean
  DescribeInstanceSupportFeature
TotalCount:number ReplicaGroups:list
  DescribeInstanceZoneInfo
StartTime:string EndTime:string
  DescribeMaintenanceWindow
TotalCount:number TemplateId:string Name:string ProductType:number Description:string Items:list
  DescribeParamTemplateInfo
RegionSet:list
  DescribeProductInfo
SecurityGroupDetails:list
  DescribeProjectSecurityGroup
Groups:list Total:number
  DescribeProjectSecurityGroups
TotalCount:number InstanceProxySlowLogDetail:list
  DescribeProxySlowLog
TotalBundle:number TotalMemory:number
  DescribeRedisClusterOverview
Total:number Resources:list
  DescribeRedisClusters
TotalCount:number Groups:list
  DescribeReplicationGroup
AppId:number RegionId:number GroupId:string GroupName:string InstanceRole:string
  DescribeReplicationGroupInstance
BackupId:string BackupTimestamp:number MissingTimestamps:list StartTimestamp:number
  DescribeSecondLevelBackupInfo
TotalCount:number InstanceSlowlogDetail:list InstanceSlowLogDetail:list
  DescribeSlowLog
CertDownloadUrl:string UrlExpiredTime:string SSLConfig:boolean FeatureSupport:boolean Status:number AddressType:number EncryptAddress:string
  DescribeSSLStatus
Status:string StartTime:string TaskType:string InstanceId:string TaskMessage:string
  DescribeTaskInfo
TotalCount:number Tasks:list
  DescribeTaskList
TotalCount:number TendisSlowLogDetail:list
  DescribeTendisSlowLog
Status:string TaskId:number
  EnableReplicaReadonly
AutoBackupType:number WeekDays:list TimePeriod:string BackupStorageDays:number
  ModifyAutoBackupConfig
FailedInstanceIds:list
  ModifyInstanceChargeType
EventId:number
  ModifyInstanceEvent
Changed:boolean TaskId:number
  ModifyInstanceParams
Status:string
  ModifyMaintenanceWindow
Status:boolean SubnetId:string VpcId:string Vip:string TaskId:number
  ModifyNetworkConfig
`,
)
