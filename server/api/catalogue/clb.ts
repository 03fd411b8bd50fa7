/** Cloud Load Balancer. */
import { simulatedService } from '../simulated-service.js'

export const clb = simulatedService(
  'clb',
  '2018-03-17',
  `
nothing
  AddModelRewrite AssociateBudget AssociateCustomizedConfig AssociateModelRouterGuardrails
  AssociateModelsToModelRouter AssociateTargetGroups AutoRewrite BatchModifyTargetTag
  BatchModifyTargetWeight CloneLoadBalancer CreateBYOKNetwork CreateLoadBalancerSnatIps DeleteBudgets
  DeleteIntentRouter DeleteKeys DeleteListener DeleteLoadBalancer DeleteLoadBalancerListeners
  DeleteLoadBalancerSnatIps DeleteModel DeleteModelRouters DeleteRewrite DeleteRule DeleteTargetGroups
  DeleteUserGroups DeregisterFunctionTargets DeregisterModelsFromServiceProvider
  DeregisterTargetGroupInstances DeregisterTargets DeregisterTargetsFromClassicalLB DisassociateBudget
  DisassociateCustomizedConfig DisassociateModelRouterGuardrails DisassociateModelsFromModelRouter
  DisassociateTargetGroups ManualRewrite MigrateClassicalLoadBalancers ModifyBudgetAttributes
  ModifyDomain ModifyDomainAttributes ModifyFunctionTargets ModifyIntentRouterAttribute
  ModifyKeyAttributes ModifyKeysBlockStatus ModifyKeysUserGroup ModifyListener
  ModifyLoadBalancerMixIpTarget ModifyLoadBalancersProject ModifyModelAliasAttributes
  ModifyModelAttributes ModifyModelRouterAttributes ModifyModelRouterGuardrails
  ModifyModelRouterSecurityGroups ModifyRule ModifyServiceProviderModelAttributes
  ModifyTargetGroupAttribute ModifyTargetGroupInstancesPort ModifyTargetGroupInstancesWeight
  ModifyTargetPort ModifyTargetWeight ModifyUserGroupAttributes RegisterFunctionTargets
  RegisterModelsToServiceProvider RegisterTargetGroupInstances RegisterTargets
  RegisterTargetsWithClassicalLB RemoveModelKey RemoveModelRewrite ReplaceCertForLoadBalancers
  SetLoadBalancerClsLog SetLoadBalancerSecurityGroups SetLoadBalancerStartStatus
  SetSecurityGroupForLoadbalancers
Price:object
  InquiryPriceCreateLoadBalancer InquiryPriceModifyLoadBalancer InquiryPriceRefundLoadBalancer
  InquiryPriceRenewLoadBalancer
DealName:string
  ModifyLoadBalancerAttributes ModifyLoadBalancerSla RenewLoadBalancers
FailListenerIdSet:list Message:string
  BatchDeregisterTargets BatchRegisterTargets
LoadBalancers:list
  DescribeLBListeners DescribeTargetHealth
TotalCount:number TargetGroupSet:list
  DescribeTargetGroupList DescribeTargetGroups
Listeners:list
  DescribeClassicalLBListeners DescribeTargets
KeyIds:list
  AddModelKey
ChatResponseMessage:string ErrorInChat:string
  ChatCompletions
BudgetId:string
  CreateBudget
LogsetId:string
  CreateClsLogSet
IntentRouterId:string
  CreateIntentRouter
KeyId:string Key:string
  CreateKey
CreatedKeys:list
  CreateKeys
ListenerIds:list
  CreateListener
LoadBalancerIds:list DealName:string
  CreateLoadBalancer
ServiceProviderId:string KeyIds:list
  CreateModel
ModelRouterId:string
  CreateModelRouter
ModelRouterResourcePackageIds:list DealName:string
  CreateModelRouterResourcePackage
LocationIds:list
  CreateRule
TargetGroupId:string
  CreateTargetGroup
TopicId:string
  CreateTopic
UserGroupId:string
  CreateUserGroup
ModelAvailability:list
  DescribeAssociatedModelAvailability
Jobs:list NextToken:string MaxResults:number TotalCount:number
  DescribeAsyncJobs
BlockedIPCount:number ClientIPField:string BlockedIPList:list
  DescribeBlockIPList
Status:number
  DescribeBlockIPTask
AssociationSet:list TotalCount:number
  DescribeBudgetAssociations
BudgetSet:list TotalCount:number
  DescribeBudgets
LoadBalancerInfoList:list
  DescribeClassicalLBByInstanceId
HealthList:list
  DescribeClassicalLBHealthStatus
Targets:list
  DescribeClassicalLBTargets
LogsetId:string HealthLogsetId:string
  DescribeClsLogSet
ClusterResourceSet:list TotalCount:number
  DescribeClusterResources
TotalCount:number CrossTargetSet:list
  DescribeCrossTargets
BindList:list TotalCount:number
  DescribeCustomizedConfigAssociateList
ConfigList:list TotalCount:number
  DescribeCustomizedConfigList
ClusterSet:list TotalCount:number
  DescribeExclusiveClusters
IdleLoadBalancers:list TotalCount:number
  DescribeIdleLoadBalancers
IntentRouterSet:list TotalCount:number
  DescribeIntentRouters
TierSet:list TotalCount:number
  DescribeIntentRouterTiers
Keys:list TotalCount:number
  DescribeKeys
LoadBalancerSet:list
  DescribeLBOperateProtect
Listeners:list TotalCount:number
  DescribeListeners
CertSet:list
  DescribeLoadBalancerListByCertId
TotalCount:number RunningCount:number IsolationCount:number WillExpireCount:number
  DescribeLoadBalancerOverview
TotalCount:number LoadBalancerSet:list
  DescribeLoadBalancers
TotalCount:number LoadBalancerDetailSet:list
  DescribeLoadBalancersDetail
LoadBalancerTraffic:list
  DescribeLoadBalancerTraffic
ModelAliasSet:list TotalCount:number
  DescribeModelAliases
ModelAssociationSet:list ModelRouterId:string TotalCount:number
  DescribeModelAssociations
Models:list TotalCount:number
  DescribeModelKeys
ModelNames:list TotalCount:number
  DescribeModelNames
Rewrites:list
  DescribeModelRewrite
ModelRouter:object
  DescribeModelRouterDetail
Guardrails:list
  DescribeModelRouterGuardrails
Logs:list TotalCount:number NextToken:string
  DescribeModelRouterLogs
Quotas:list
  DescribeModelRouterQuota
ModelRouterResourcePackageDeductionSet:list TotalCount:number
  DescribeModelRouterResourcePackageDeduction
ModelRouterResourcePackageSet:list TotalCount:number TotalDosage:number
  DescribeModelRouterResourcePackages
ModelRouterSet:list TotalCount:number
  DescribeModelRouters
QuotaSet:list
  DescribeQuota
ZoneResourceSet:list TotalCount:number
  DescribeResources
RewriteSet:list
  DescribeRewrite
HealthCheckResults:list TotalCount:number
  DescribeServiceProviderHealthStatus
Providers:list TotalCount:number
  DescribeSupportedProviders
TotalCount:number TargetGroupInstanceSet:list RealCount:number
  DescribeTargetGroupInstances
TargetGroupInstanceSet:list
  DescribeTargetGroupInstanceStatus
Status:number LoadBalancerIds:list Message:string
  DescribeTaskStatus
Models:list
  DescribeUpperModels
UserGroups:list TotalCount:number
  DescribeUserGroups
ModelRouterResourcePackagePrice:object FirstBuy:number
  InquirePriceCreateModelRouterResourcePackage
ModelRouterResourcePackageRefundPrice:list
  InquirePriceRefundModelRouterResourcePackage
JodId:string
  ModifyBlockIPList
DealNames:list
  RefundModelRouterResourcePackage
FailedKeyIds:list RegeneratedKeys:list
  RegenerateKeys
ConfigId:string
  SetCustomizedConfigForLoadBalancer
Model:string SupportedModalities:list ProbeDetails:list
  TestModelInputModalities
Results:list
  TestServiceProviderConnection
`,
)
