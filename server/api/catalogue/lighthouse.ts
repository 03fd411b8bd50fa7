/** Lighthouse. */
import { simulatedService } from '../simulated-service.js'

export const lighthouse = simulatedService(
  'lighthouse',
  '2020-03-24',
  `
nothing
  ApplyDiskBackup ApplyInstanceSnapshot AssociateInstancesKeyPairs AttachCcn AttachDisks
  CancelShareBlueprintAcrossAccounts CreateFirewallRules DeleteBlueprints DeleteDiskBackups
  DeleteFirewallRules DeleteFirewallTemplate DeleteFirewallTemplateRules DeleteKeyPairs DeleteSnapshots
  DetachCcn DetachDisks DisassociateInstancesKeyPairs IsolateDisks IsolateInstances
  ModifyBlueprintAttribute ModifyDiskBackupsAttribute ModifyDisksAttribute ModifyDisksBackupQuota
  ModifyDisksRenewFlag ModifyFirewallRuleDescription ModifyFirewallRules ModifyFirewallTemplate
  ModifyInstancesAttribute ModifyInstancesBundle ModifyInstancesRenewFlag ModifyMcpServer
  ModifySnapshotAttribute RebootInstances RemoveMcpServers RenewDisks RenewInstances
  ReplaceFirewallTemplateRule ResetAttachCcn ResetInstance ResetInstancesPassword ResizeDisks
  RestartMcpServers ShareBlueprintAcrossAccounts StartInstances StartMcpServers StopInstances
  StopMcpServers TerminateDisks TerminateInstances
DockerActivityId:string
  ModifyDockerContainer RemoveDockerContainers RenameDockerContainer RerunDockerContainer
  RestartDockerContainers StartDockerContainers StopDockerContainers
BlueprintId:string
  CreateBlueprint ModifyImageSharePermission
TemplateRuleIdSet:list
  CreateFirewallTemplateRules ResetFirewallTemplateRules
Currency:string DiscountDetail:list
  DescribeBundleDiscount DescribeDiskDiscount
Available:number Total:number
  DescribeFirewallTemplateQuota DescribeFirewallTemplateRuleQuota
DiskPrice:object
  InquirePriceCreateDisks InquirePriceRenewDisks
TaskId:string
  ApplyFirewallTemplate
DiskBackupId:string
  CreateDiskBackup
DiskIdSet:list
  CreateDisks
TemplateId:string
  CreateFirewallTemplate
InstanceIdSet:list
  CreateInstances
SnapshotId:string
  CreateInstanceSnapshot
KeyPair:object
  CreateKeyPair
McpServerId:string
  CreateMcpServer
SceneInfoSet:list TotalCount:number
  DescribeAllScenes
BlueprintBundleSet:list TotalCount:number
  DescribeBlueprintBundles
TotalCount:number BlueprintInstanceSet:list
  DescribeBlueprintInstances
TotalCount:number BlueprintSet:list
  DescribeBlueprints
TotalCount:number BlueprintShareAcrossAccountInfoSet:list
  DescribeBlueprintsShareAcrossAccountInfos
BundleSet:list TotalCount:number
  DescribeBundles
CcnAttachedInstanceSet:list
  DescribeCcnAttachedInstances
TotalCount:number DiskBackupSet:list
  DescribeDiskBackups
DiskBackupDeniedActionSet:list
  DescribeDiskBackupsDeniedActions
DiskConfigSet:list
  DescribeDiskConfigs
DiskSet:list TotalCount:number
  DescribeDisks
DiskDeniedActionSet:list
  DescribeDisksDeniedActions
DiskReturnableSet:list TotalCount:number
  DescribeDisksReturnable
TotalCount:number DockerActivitySet:list
  DescribeDockerActivities
ContainerConfiguration:object
  DescribeDockerContainerConfiguration
ContainerDetail:string
  DescribeDockerContainerDetail
TotalCount:number DockerContainerSet:list
  DescribeDockerContainers
TotalCount:number FirewallRuleSet:list FirewallVersion:number
  DescribeFirewallRules
TotalCount:number FirewallRuleSet:list
  DescribeFirewallRulesTemplate
ApplyRecordSet:list
  DescribeFirewallTemplateApplyRecords
TotalCount:number TemplateRuleSet:list
  DescribeFirewallTemplateRules
TotalCount:number TemplateSet:list
  DescribeFirewallTemplates
GeneralResourceQuotaSet:list
  DescribeGeneralResourceQuotas
TotalCount:number ImageSet:list
  DescribeImagesToShare
TotalCount:number InstanceSet:list
  DescribeInstances
InstanceDeniedActionSet:list
  DescribeInstancesDeniedActions
AttachDetailSet:list TotalCount:number
  DescribeInstancesDiskNum
TotalCount:number InstanceReturnableSet:list
  DescribeInstancesReturnable
TotalCount:number InstanceTrafficPackageSet:list
  DescribeInstancesTrafficPackages
InstanceVncUrl:string
  DescribeInstanceVncUrl
TotalCount:number KeyPairSet:list
  DescribeKeyPairs
McpServerSet:list TotalCount:number InstanceId:string InstanceName:string
  DescribeMcpServers
McpServerTemplateSet:list TotalCount:number
  DescribeMcpServerTemplates
TotalCount:number ModifyBundleSet:list
  DescribeModifyInstanceBundles
TotalCount:number RegionSet:list
  DescribeRegions
TotalCount:number ResetInstanceBlueprintSet:list
  DescribeResetInstanceBlueprints
SceneSet:list TotalCount:number
  DescribeScenes
TotalCount:number SnapshotSet:list
  DescribeSnapshots
SnapshotDeniedActionSet:list
  DescribeSnapshotsDeniedActions
TotalCount:number ZoneInfoSet:list
  DescribeZones
KeyId:string
  ImportKeyPair
BlueprintPrice:object
  InquirePriceCreateBlueprint
Price:object
  InquirePriceCreateInstances
Price:object DataDiskPriceSet:list InstancePriceDetailSet:list TotalPrice:object
  InquirePriceRenewInstances
DockerActivitySet:list
  RunDockerContainers
DestinationRegionBlueprintSet:list
  SyncBlueprint
`,
)
