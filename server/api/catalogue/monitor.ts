/** Cloud Monitor. */
import { simulatedService } from '../simulated-service.js'

export const monitor = simulatedService(
  'monitor',
  '2018-07-24',
  `
nothing
  BindPrometheusManagedGrafana BindingPolicyObject BindingPolicyTag CleanGrafanaInstance
  CreatePrometheusClusterAgent CreatePrometheusConfig CreatePrometheusRecordRuleYaml
  DeleteAlarmHistoryShields DeleteAlarmNotices DeleteAlarmPolicy DeleteAlarmShields DeleteAlertRules
  DeleteExporterIntegration DeleteGrafanaInstance DeleteGrafanaIntegration
  DeleteGrafanaNotificationChannel DeletePolicyGroup DeletePrometheusAlertGroups
  DeletePrometheusAlertPolicy DeletePrometheusClusterAgent DeletePrometheusConfig
  DeletePrometheusRecordRuleYaml DeletePrometheusScrapeJobs DeletePrometheusTemp
  DeletePrometheusTempSync DeleteRecordingRules DeleteSSOAccount DeleteServiceDiscovery
  DestroyPrometheusInstance EnableGrafanaInternet EnableGrafanaSSO EnablePredefinedPolicies
  EnableSSOCamCheck ModifyAlarmHistoryShield ModifyAlarmNotice ModifyAlarmPolicyCondition
  ModifyAlarmPolicyInfo ModifyAlarmPolicyNotice ModifyAlarmPolicyStatus ModifyAlarmPolicyTasks
  ModifyAlarmReceivers ModifyGrafanaInstance ModifyPrometheusAgentExternalLabels
  ModifyPrometheusAlertPolicy ModifyPrometheusConfig ModifyPrometheusGlobalNotification
  ModifyPrometheusInstanceAccessPoints ModifyPrometheusInstanceAttributes ModifyPrometheusRecordRuleYaml
  ModifyPrometheusTemp ModifyRemoteURLs ReplacePrometheusAlertmanagerConfig ResumeGrafanaInstance
  RunPrometheusInstance SetDefaultAlarmPolicy SyncPrometheusTemp TerminatePrometheusInstances
  UnBindingAllPolicyObject UnBindingPolicyObject UnbindPrometheusManagedGrafana
  UninstallGrafanaDashboard UninstallGrafanaPlugins UpdateAlertRuleState UpdateDNSConfig
  UpdateExporterIntegration UpdateGrafanaConfig UpdateGrafanaEnvironments UpdateGrafanaIntegration
  UpdateGrafanaNotificationChannel UpdateGrafanaWhiteList UpdatePrometheusAgentStatus
  UpdatePrometheusAlertGroupState UpdatePrometheusScrapeJob UpdateSSOAccount UpgradeGrafanaDashboard
  UpgradeGrafanaInstance
RuleId:string
  CreateAlertRule CreateRecordingRule UpdateAlertRule UpdateRecordingRule
ShieldId:string
  CreateAlarmHistoryShield CreateAlarmShield
InstanceId:string
  CreateGrafanaInstance CreatePrometheusMultiTenantInstancePostPayMode
GroupId:string
  CreatePrometheusAlertGroup UpdatePrometheusAlertGroup
Id:string
  CreatePrometheusAlertPolicy CreatePrometheusGlobalNotification
IntegrationSet:list
  DescribeExporterIntegrations DescribeGrafanaIntegrations
Command:string
  DescribeExternalClusterRegisterCommand DescribeExternalClusterUninstallCommand
NotificationChannelSet:list
  DescribeGrafanaChannels DescribeGrafanaNotificationChannels
PluginSet:list
  DescribeInstalledPlugins DescribePluginOverviews
HTTP:object
  ExportPrometheusReadOnlyDynamicAPI RoutePrometheusDynamicAPI
GroupId:number
  CreatePolicyGroup ModifyPolicyGroup
OnCallFormID:string
  CreateOnCallForm UpdateOnCallForm
Target:string Success:boolean Message:string
  CheckAddressByPrometheus
NoticeId:string
  CreateAlarmNotice
PolicyId:string OriginId:string
  CreateAlarmPolicy
GroupID:number
  CreateConditionsTemplate
Names:list
  CreateExporterIntegration
ClusterId:string
  CreateExternalCluster
IntegrationId:string
  CreateGrafanaIntegration
ChannelId:string
  CreateGrafanaNotificationChannel
AgentId:string
  CreatePrometheusAgent
JobId:string
  CreatePrometheusScrapeJob
TemplateId:string
  CreatePrometheusTemp
UserId:string
  CreateSSOAccount
FailedOnCallFormIDs:list SuccessOnCallFormIDs:list
  DeleteOnCallForms
Alarms:list Total:number
  DescribeAccidentEventList
Events:list
  DescribeAlarmEvents
TotalCount:number Histories:list
  DescribeAlarmHistories
ShieldId:string MonitorType:string Name:string Enable:number MonitorTypeShowName:string NameSpace:string NameSpaceShowName:string ShieldObject:list ShieldMetric:list ShieldTimeType:string StartTime:number EndTime:number LoopStartDate:number LoopEndDate:number CurrentStatus:string ShieldPolicyId:string ShieldAlarmLevel:list ShieldTag:string MetricName:string TimeZone:number SessionId:string
  DescribeAlarmHistoryShield
Metrics:list
  DescribeAlarmMetrics
Notice:object
  DescribeAlarmNotice
URLNotices:list
  DescribeAlarmNoticeCallbacks
Notices:list
  DescribeAlarmNoticeOnCallUsersFromPrometheusAlertID
TotalCount:number Notices:list
  DescribeAlarmNotices
TotalCount:number Policies:list
  DescribeAlarmPolicies
Policy:object
  DescribeAlarmPolicy
Total:number Used:number QuotaList:list
  DescribeAlarmSmsQuota
TotalCount:number AlertRuleSet:list
  DescribeAlertRules
QceNamespaces:object CustomNamespaces:object QceNamespacesNew:list CustomNamespacesNew:list CommonNamespaces:list
  DescribeAllNamespaces
MetricSet:list
  DescribeBaseMetrics
Alarms:list Total:number Warning:string
  DescribeBasicAlarmList
List:list Total:number NoShieldedSum:number InstanceGroup:object
  DescribeBindingPolicyObjectList
Response:list
  DescribeClusterAgentCreatingProgress
Total:number TemplateGroupList:list
  DescribeConditionsTemplateList
NameServers:list
  DescribeDNSConfig
Config:string
  DescribeGrafanaConfig
Envs:string
  DescribeGrafanaEnvironments
InstanceSet:list TotalCount:number Instances:list
  DescribeGrafanaInstances
Versions:list
  DescribeGrafanaVersions
WhiteList:list
  DescribeGrafanaWhiteList
PhoneAlarmNumber:number AdvancedMetricNumber:number APIUsageNumber:number AlarmSMSNumber:number
  DescribeMonitorResourceInfo
MonitorTypes:list MonitorTypeInfos:list
  DescribeMonitorTypes
Support:object
  DescribeNotificationContentTemplateSupports
OnCallForm:object
  DescribeOnCallForm
OnCallForms:list TotalCount:number
  DescribeOnCallForms
Count:number
  DescribePhoneAlarmFlowTotalCount
Conditions:list
  DescribePolicyConditionList
GroupName:string ProjectId:number IsDefault:number ViewName:string Remark:string ShowName:string LastEditUin:string UpdateTime:string Region:list DimensionGroup:list ConditionsConfig:list EventConfig:list ReceiverInfos:list Callback:object ConditionsTemp:object CanSetDefault:boolean IsUnionRule:number
  DescribePolicyGroupInfo
GroupList:list Total:number Warning:string
  DescribePolicyGroupList
IsMultiRegion:boolean RegionList:list
  DescribePolicyObjectCount
Events:list OverView:object Total:number
  DescribeProductEventList
ProductList:list TotalCount:number
  DescribeProductList
Instances:list
  DescribePrometheusAgentInstances
AgentSet:list TotalCount:number
  DescribePrometheusAgents
AlertGroupSet:list TotalCount:number
  DescribePrometheusAlertGroups
AlertmanagerConfig:object
  DescribePrometheusAlertmanagerConfig
AlertRules:list Total:number
  DescribePrometheusAlertPolicy
Agents:list Total:number IsFirstBind:boolean ImageNeedUpdate:boolean
  DescribePrometheusClusterAgents
Config:string ServiceMonitors:list PodMonitors:list RawJobs:list Probes:list ImageNeedUpdate:boolean
  DescribePrometheusConfig
QuotaDetail:object
  DescribePrometheusCreateInstanceQuota
Config:string ServiceMonitors:list PodMonitors:list RawJobs:list Probes:list
  DescribePrometheusGlobalConfig
Notification:object
  DescribePrometheusGlobalNotification
InstanceId:string InstanceName:string VpcId:string SubnetId:string InstanceStatus:number ChargeStatus:number EnableGrafana:number GrafanaURL:string InstanceChargeType:number SpecName:string DataRetentionTime:number ExpireTime:string AutoRenewFlag:number
  DescribePrometheusInstanceDetail
Status:string Steps:list EksClusterId:string SecurityGroupId:string
  DescribePrometheusInstanceInitStatus
InstanceSet:list TotalCount:number
  DescribePrometheusInstances
Instances:list Total:number
  DescribePrometheusInstancesOverview
UsageSet:list
  DescribePrometheusInstanceUsage
IntegrationMetricSet:list
  DescribePrometheusIntegrationMetrics
Records:list Total:number
  DescribePrometheusRecordRules
RegionSet:list
  DescribePrometheusRegions
ScrapeJobSet:list TotalCount:number
  DescribePrometheusScrapeJobs
Total:number InstanceResults:list
  DescribePrometheusScrapeStatistics
Jobs:list
  DescribePrometheusTargetsTMP
Templates:list Total:number
  DescribePrometheusTemp
Targets:list
  DescribePrometheusTempSync
ZoneSet:list
  DescribePrometheusZones
TotalCount:number RecordingRuleSet:list TotalRuleCount:number
  DescribeRecordingRules
RemoteWrites:list
  DescribeRemoteURLs
Count:number RemoteWrites:list
  DescribeRemoteWrites
AccountSet:list
  DescribeSSOAccount
Period:number StartTime:string EndTime:string Data:list
  DescribeStatisticData
Period:number MetricName:string DataPoints:list StartTime:string EndTime:string Msg:string
  GetMonitorData
Command:object
  GetPrometheusAgentManagementCommand
MetricName:string Period:number N:number OrderedDataPoints:list Msg:string
  GetTopNMonitorData
PluginIds:list
  InstallPlugins
ServiceDiscovery:object
  UpdateServiceDiscovery
`,
)
