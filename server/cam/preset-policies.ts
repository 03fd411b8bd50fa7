/**
 * Catalogue of the preset policies of the simulated accounts. Ids below 900000 are those that the cloud publishes; the
 * others are this product's own. The documents are written for the simulator: they are not the cloud's texts.
 */
import type { PresetCatalogue, PresetPolicy } from './cam-client.js'

interface Statement {
  readonly effect: 'allow' | 'deny'
  readonly action: readonly string[]
  readonly resource: '*'
}

const allow = (...action: readonly string[]): Statement => ({ effect: 'allow', action, resource: '*' })
const deny = (...action: readonly string[]): Statement => ({ effect: 'deny', action, resource: '*' })

/** Operations of a service that change nothing, by the beginnings of their names. */
const reading = (service: string): readonly string[] =>
  ['Describe*', 'Get*', 'List*', 'Inquiry*', 'Query*', 'Check*', 'Search*'].map(
    (operation) => `${service}:${operation}`,
  )

const preset = (
  id: number,
  name: string,
  service: string,
  description: string,
  ...statement: readonly Statement[]
): PresetPolicy => ({
  id,
  name,
  service,
  description,
  document: JSON.stringify({ version: '2.0', statement }),
})

const POLICIES: readonly PresetPolicy[] = [
  preset(
    1,
    'AdministratorAccess',
    '',
    'All operations on everything in the account, users and finance included',
    allow('*'),
  ),
  preset(900001, 'ReadOnlyAccess', '', 'Read-only operations on everything', allow(...reading('*'))),
  preset(
    900002,
    'QCloudResourceFullAccess',
    '',
    'All cloud resources, without CAM and finance',
    allow('*'),
    deny('cam:*', 'finance:*', 'billing:*', 'account:*', 'organization:*'),
  ),
  preset(
    900003,
    'QCloudFinanceFullAccess',
    'finance',
    'All financial operations',
    allow('finance:*', 'billing:*'),
  ),
  preset(
    900004,
    'QcloudFinanceBillReadOnlyAccess',
    'finance',
    'Bills, read-only',
    allow(...reading('billing')),
  ),
  preset(900005, 'QcloudCamFullAccess', 'cam', 'Users and permissions, full access', allow('cam:*', 'sts:*')),
  preset(
    596170,
    'QcloudCamReadOnlyAccess',
    'cam',
    'Users and permissions, read-only',
    allow(...reading('cam')),
  ),
  preset(
    900006,
    'QcloudOrganizationFullAccess',
    'organization',
    'Organization and identity center, full access',
    allow('organization:*', 'cam:ListPolicies', 'cam:GetPolicy'),
  ),
  preset(
    900007,
    'QcloudOrganizationReadOnlyAccess',
    'organization',
    'Organization and identity center, read-only',
    allow(...reading('organization')),
  ),
  preset(900008, 'QcloudSTSFullAccess', 'sts', 'Temporary credentials, full access', allow('sts:*')),
  preset(
    900009,
    'QcloudCVMFullAccess',
    'cvm',
    'CVM and what it needs (VPC, CLB, monitoring), full access',
    allow('cvm:*', 'vpc:*', 'clb:*', 'monitor:*'),
  ),
  preset(
    243334,
    'QcloudCVMReadOnlyAccess',
    'cvm',
    'CVM and related resources, read-only',
    allow(
      'cvm:Describe*',
      'cvm:Inquiry*',
      'vpc:Describe*',
      'vpc:Inquiry*',
      'vpc:Get*',
      'clb:Describe*',
      'monitor:*',
    ),
  ),
  preset(
    900010,
    'QcloudCVMInnerReadOnlyAccess',
    'cvm',
    'CVM only, read-only',
    allow('cvm:Describe*', 'cvm:Inquiry*'),
  ),
  preset(900011, 'QcloudVPCFullAccess', 'vpc', 'VPC, full access', allow('vpc:*')),
  preset(
    186457,
    'QcloudVPCReadOnlyAccess',
    'vpc',
    'VPC, read-only',
    allow('vpc:Describe*', 'vpc:Inquiry*', 'vpc:Get*'),
  ),
  preset(900012, 'QcloudCLBFullAccess', 'clb', 'Load balancer, full access', allow('clb:*')),
  preset(219851, 'QcloudCLBReadOnlyAccess', 'clb', 'Load balancer, read-only', allow(...reading('clb'))),
  preset(900013, 'QcloudCBSFullAccess', 'cvm', 'Block storage, full access', allow('cbs:*')),
  preset(900014, 'QcloudCBSReadOnlyAccess', 'cvm', 'Block storage, read-only', allow(...reading('cbs'))),
  preset(900015, 'QcloudCOSFullAccess', 'cos', 'Object storage, full access', allow('cos:*')),
  preset(
    244869,
    'QcloudCOSReadOnlyAccess',
    'cos',
    'Object storage, read-only',
    allow('cos:Get*', 'cos:List*', 'cos:Head*', 'cos:Options*'),
  ),
  preset(
    900016,
    'QcloudCOSDataFullControl',
    'cos',
    'Object data, read and write, without bucket management',
    allow(
      'cos:GetService',
      'cos:GetBucket',
      'cos:ListMultipartUploads',
      'cos:GetObject*',
      'cos:HeadObject',
      'cos:GetBucketObjectVersions',
      'cos:OptionsObject',
      'cos:ListParts',
      'cos:DeleteObject',
      'cos:PostObject',
      'cos:PostObjectRestore',
      'cos:PutObject*',
      'cos:InitiateMultipartUpload',
      'cos:UploadPart',
      'cos:UploadPartCopy',
      'cos:CompleteMultipartUpload',
      'cos:AbortMultipartUpload',
      'cos:DeleteMultipleObjects',
    ),
  ),
  preset(
    900017,
    'QcloudCDBFullAccess',
    'cdb',
    'MySQL, full access',
    allow('cdb:*', 'vpc:Describe*', 'cvm:DescribeSecurityGroups'),
  ),
  preset(900018, 'QcloudCDBReadOnlyAccess', 'cdb', 'MySQL, read-only', allow(...reading('cdb'))),
  preset(1242979, 'QcloudCDBInnerReadOnlyAccess', 'cdb', 'MySQL only, read-only', allow(...reading('cdb'))),
  preset(900019, 'QcloudRedisFullAccess', 'redis', 'Redis, full access', allow('redis:*')),
  preset(900020, 'QcloudRedisReadOnlyAccess', 'redis', 'Redis, read-only', allow(...reading('redis'))),
  preset(900021, 'QcloudMongoDBFullAccess', 'mongodb', 'MongoDB, full access', allow('mongodb:*')),
  preset(
    900022,
    'QcloudMongoDBReadOnlyAccess',
    'mongodb',
    'MongoDB, read-only',
    allow(...reading('mongodb')),
  ),
  preset(900023, 'QcloudElasticsearchServiceFullAccess', 'es', 'Elasticsearch, full access', allow('es:*')),
  preset(900024, 'QcloudASFullAccess', 'as', 'Auto scaling, full access', allow('as:*')),
  preset(12031968, 'QcloudASReadOnlyAccess', 'as', 'Auto scaling, read-only', allow(...reading('as'))),
  preset(900025, 'QcloudTKEFullAccess', 'tke', 'Kubernetes, full access', allow('tke:*', 'ccs:*')),
  preset(
    900026,
    'QcloudTKEReadOnlyAccess',
    'tke',
    'Kubernetes, read-only',
    allow(...reading('tke'), ...reading('ccs')),
  ),
  preset(900027, 'QcloudTCRFullAccess', 'tcr', 'Container registry, full access', allow('tcr:*')),
  preset(900028, 'QcloudSCFFullAccess', 'scf', 'Cloud functions, full access', allow('scf:*')),
  preset(900029, 'QcloudSCFReadOnlyAccess', 'scf', 'Cloud functions, read-only', allow(...reading('scf'))),
  preset(900030, 'QcloudAPIGWFullAccess', 'apigw', 'API gateway, full access', allow('apigw:*')),
  preset(900031, 'QcloudCDNFullAccess', 'cdn', 'CDN, full access', allow('cdn:*')),
  preset(900032, 'QcloudCDNReadOnlyAccess', 'cdn', 'CDN, read-only', allow(...reading('cdn'))),
  preset(900033, 'QcloudSSLFullAccess', 'ssl', 'Certificates, full access', allow('ssl:*')),
  preset(900034, 'QcloudCLSFullAccess', 'cls', 'Log service, full access', allow('cls:*')),
  preset(900035, 'QcloudCLSReadOnlyAccess', 'cls', 'Log service, read-only', allow(...reading('cls'))),
  preset(900036, 'QcloudMonitorFullAccess', 'monitor', 'Monitoring, full access', allow('monitor:*')),
  preset(
    900037,
    'QcloudMonitorReadOnlyAccess',
    'monitor',
    'Monitoring, read-only',
    allow(...reading('monitor')),
  ),
  preset(900038, 'QcloudCKafkaFullAccess', 'ckafka', 'CKafka, full access', allow('ckafka:*')),
  preset(900039, 'QcloudTAGFullAccess', 'tag', 'Tags, full access', allow('tag:*')),
  preset(900040, 'QcloudTAGReadOnlyAccess', 'tag', 'Tags, read-only', allow(...reading('tag'))),
  preset(900041, 'QcloudAuditFullAccess', 'cloudaudit', 'Audit trail, full access', allow('cloudaudit:*')),
  preset(
    900042,
    'QcloudAuditReadOnlyAccess',
    'cloudaudit',
    'Audit trail, read-only',
    allow(...reading('cloudaudit')),
  ),
  preset(900043, 'QcloudKMSFullAccess', 'kms', 'Key management, full access', allow('kms:*')),
  preset(219064, 'QcloudSMSFullAccess', 'sms', 'Short messages, full access', allow('sms:*')),
]

const byId = new Map(POLICIES.map((policy) => [policy.id, policy]))
const byName = new Map(POLICIES.map((policy) => [policy.name.toLowerCase(), policy]))

export const presetPolicies: PresetCatalogue = {
  list: () => POLICIES,
  find: (id) => byId.get(id),
  findByName: (name) => byName.get(name.toLowerCase()),
}
