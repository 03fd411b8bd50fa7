/** Cloud Block Storage. */
import { simulatedService } from '../simulated-service.js'

export const cbs = simulatedService(
  'cbs',
  '2017-03-12',
  `
nothing
  ApplyDiskBackup ApplySnapshot ApplySnapshotGroup AttachDisks AttachRemoteDisks BindAutoSnapshotPolicy
  CreateRemoteDisks DeleteAutoSnapshotPolicies DeleteDiskBackups DeleteSnapshotGroup DeleteSnapshots
  DescribeRemoteDiskConfigQuota DescribeRemoteDisksDeniedActions DetachDisks DetachRemoteDisks
  InitializeDisks InquirePriceCreateRemoteDisks InquirePriceRenewRemoteDisks
  ModifyAutoSnapshotPolicyAttribute ModifyDiskAttributes ModifyDiskBackupQuota
  ModifyDiskExtraPerformance ModifyDisksChargeType ModifyDisksRenewFlag ModifyRemoteDiskAttributes
  ModifySnapshotAttribute ModifySnapshotsSharePermission RenewDisk RenewRemoteDisk ResizeDisk
  SwitchParameterCreateRemoteDisks SwitchParameterRenewRemoteDisks TerminateDisks TerminateRemoteDisks
  UnbindAutoSnapshotPolicy
DiskPrice:object
  InquirePriceModifyDiskBackupQuota InquirePriceModifyDiskExtraPerformance InquiryPriceCreateDisks
  InquiryPriceRenewDisks InquiryPriceResizeDisk
TotalCount:number AutoSnapshotPolicySet:list
  DescribeAutoSnapshotPolicies DescribeDiskAssociatedAutoSnapshotPolicy
AutoSnapshotPolicyIds:list TargetAccountUin:string
  CopyAutoSnapshotPolicyCrossAccount
SnapshotCopyResultSet:list
  CopySnapshotCrossRegions
AutoSnapshotPolicyId:string NextTriggerTime:string
  CreateAutoSnapshotPolicy
DiskBackupId:string
  CreateDiskBackup
DiskIdSet:list
  CreateDisks
SnapshotId:string
  CreateSnapshot
SnapshotGroupId:string
  CreateSnapshotGroup
DedicatedClusterDiskStatisticSet:list
  DescribeDedicatedClusterDiskStatistics
TotalCount:number DiskBackupSet:list
  DescribeDiskBackups
DiskConfigSet:list
  DescribeDiskConfigQuota
TotalCount:number DiskSet:list
  DescribeDisks
TotalCount:number CdcSet:list DiskStoragePoolSet:list
  DescribeDiskStoragePool
AttachDetail:list
  DescribeInstancesDiskNum
RemoteDiskSet:list TotalCount:number
  DescribeRemoteDisks
TotalCount:number SnapshotGroupSet:list
  DescribeSnapshotGroups
TotalNums:number TotalSize:number FreeQuota:number RealTradeSize:number
  DescribeSnapshotOverview
TotalCount:number SnapshotSet:list
  DescribeSnapshots
SharePermissionSet:list
  DescribeSnapshotSharePermission
TotalSize:number RealTradeSize:number FreeQuota:number TotalNums:number
  GetSnapOverview
`,
)
