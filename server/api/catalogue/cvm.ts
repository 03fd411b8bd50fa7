/** Cloud Virtual Machine. */
import { simulatedService } from '../simulated-service.js'

export const cvm = simulatedService(
  'cvm',
  '2017-03-12',
  `
nothing
  AssociateInstancesKeyPairs AssociateSecurityGroups ConfigureChcAssistVpc ConfigureChcDeployVpc
  DeleteDisasterRecoverGroups DeleteHpcClusters DeleteImages DeleteInstancesActionTimer
  DeleteInstancesDisasterRecoverGroups DeleteKeyPairs DeleteLaunchTemplate DeleteLaunchTemplateVersions
  DisassociateInstancesKeyPairs DisassociateSecurityGroups EnterRescueMode ExitRescueMode
  ModifyChcAttribute ModifyChcNetworkMode ModifyDisasterRecoverGroupAttribute ModifyHostsAttribute
  ModifyHpcClusterAttribute ModifyImageAttribute ModifyImageSharePermission ModifyInstanceDiskType
  ModifyInstancesAttribute ModifyInstancesChargeType ModifyInstancesDisasterRecoverGroup
  ModifyInstancesProject ModifyInstancesRenewFlag ModifyInstancesVpcAttribute ModifyKeyPairAttribute
  ModifyLaunchTemplateDefaultVersion ProgramFpgaImage RebootInstances RemoveChcAssistVpc
  RemoveChcDeployVpc RenewHosts RenewInstances ResetInstance ResetInstancesInternetMaxBandwidth
  ResetInstancesPassword ResetInstancesType ResizeInstanceDisks StartInstances StopInstances
  TerminateInstances TerminateResourcePoolPacks
Price:object
  InquirePricePurchaseResourcePoolPacks InquiryPriceModifyInstancesChargeType InquiryPriceRenewHosts
  InquiryPriceRenewInstances InquiryPriceResetInstance InquiryPriceResetInstancesInternetMaxBandwidth
  InquiryPriceResetInstancesType InquiryPriceResizeInstanceDisks InquiryPriceRunInstances
ImageId:string
  CreateImage ImportImage
InstanceTypeConfigSet:list
  DescribeInstanceTypeConfigs DescribeResourcePoolPackTypeConfigs
HostIdSet:list
  AllocateHosts
SupportTargetOSList:list TaskId:string
  ConvertOperatingSystems
DisasterRecoverGroupId:string Type:string Name:string CvmQuotaTotal:number CurrentNum:number CreateTime:string Strategy:string PartitionCount:number
  CreateDisasterRecoverGroup
HpcClusterSet:list
  CreateHpcCluster
KeyPair:object
  CreateKeyPair
LaunchTemplateId:string
  CreateLaunchTemplate
LaunchTemplateVersionNumber:number
  CreateLaunchTemplateVersion
AppId:number AccountQuotaOverview:object
  DescribeAccountQuota
ChcHostDeniedActionSet:list
  DescribeChcDeniedActions
TotalCount:number ChcHostSet:list
  DescribeChcHosts
GroupQuota:number CurrentNum:number CvmInHostGroupQuota:number CvmInSwGroupQuota:number CvmInRackGroupQuota:number CvmInSwitchGroupQuota:number
  DescribeDisasterRecoverGroupQuota
DisasterRecoverGroupSet:list TotalCount:number
  DescribeDisasterRecoverGroups
TotalCount:number HostSet:list
  DescribeHosts
HpcClusterSet:list TotalCount:number
  DescribeHpcClusters
Image:object
  DescribeImageFromFamily
ImageNumQuota:number
  DescribeImageQuota
ImageSet:list TotalCount:number
  DescribeImages
SharePermissionSet:list
  DescribeImageSharePermission
ImportImageOsListSupported:object ImportImageOsVersionSet:list
  DescribeImportImageOs
InstanceFamilyConfigSet:list
  DescribeInstanceFamilyConfigs
InternetBandwidthConfigSet:list
  DescribeInstanceInternetBandwidthConfigs
TotalCount:number InstanceSet:list
  DescribeInstances
ActionTimers:list
  DescribeInstancesActionTimer
InstanceSet:list
  DescribeInstancesAttributes
TotalCount:number InstanceTypeConfigStatusSet:list
  DescribeInstancesModification
InstanceOperationLimitSet:list
  DescribeInstancesOperationLimit
TotalCount:number InstanceStatusSet:list
  DescribeInstancesStatus
InstanceVncUrl:string
  DescribeInstanceVncUrl
InternetChargeTypeConfigSet:list
  DescribeInternetChargeTypeConfigs
TotalCount:number KeyPairSet:list
  DescribeKeyPairs
TotalCount:number LaunchTemplateSet:list
  DescribeLaunchTemplates
TotalCount:number LaunchTemplateVersionSet:list
  DescribeLaunchTemplateVersions
TotalCount:number RegionSet:list
  DescribeRegions
DedicatedResourcePackInstanceSet:list
  DescribeResourcePoolPackInstances
DedicatedResourcePackSet:list NextToken:string
  DescribeResourcePoolPacks
TotalCount:number RepairTaskInfoSet:list
  DescribeTaskInfo
InstanceTypeQuotaSet:list
  DescribeZoneInstanceConfigInfos
TotalCount:number ZoneSet:list
  DescribeZones
TaskId:number CosPaths:list
  ExportImages
ActionTimerIds:list
  ImportInstancesActionTimer
KeyId:string
  ImportKeyPair
InstanceRefundsSet:list
  InquiryPriceTerminateInstances
DedicatedResourcePackIdSet:list
  PurchaseResourcePoolPacks
TaskId:string
  RepairTaskControl
InstanceIdSet:list
  RunInstances
ImageSet:list
  SyncImages
`,
)
