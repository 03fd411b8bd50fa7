/** Key Management Service. */
import { simulatedService } from '../simulated-service.js'

export const kms = simulatedService(
  'kms',
  '2019-01-18',
  `
nothing
  ArchiveKey BindCloudResource CancelKeyArchive DeleteImportedKeyMaterial DeleteWhiteBoxKey
  DisableDataKey DisableDataKeys DisableKey DisableKeyRotation DisableKeys DisableWhiteBoxKey
  DisableWhiteBoxKeys EnableDataKey EnableDataKeys EnableKey EnableKeyRotation EnableKeys
  EnableWhiteBoxKey EnableWhiteBoxKeys ImportKeyMaterial OverwriteWhiteBoxDeviceFingerprints
  UnbindCloudResource UpdateAlias UpdateDataKeyDescription UpdateDataKeyName UpdateKeyDescription
KeyId:string Plaintext:string
  AsymmetricRsaDecrypt AsymmetricSm2Decrypt Decrypt
CiphertextBlob:string KeyId:string
  Encrypt PostQuantumCryptoEncrypt
Plaintext:string
  GenerateRandom GetDataKeyPlaintext
SignatureValid:boolean
  PostQuantumCryptoVerify VerifyByAsymmetricKey
Signature:string
  PostQuantumCryptoSign SignByAsymmetricKey
DataKeyId:string
  CancelDataKeyDeletion
KeyId:string
  CancelKeyDeletion
KeyId:string Alias:string CreateTime:number Description:string KeyState:string KeyUsage:string TagCode:number TagMsg:string HsmClusterId:string
  CreateKey
EncryptKey:string DecryptKey:string KeyId:string TagCode:number TagMsg:string
  CreateWhiteBoxKey
DataKeyMetadata:object
  DescribeDataKey
DataKeyMetadatas:list
  DescribeDataKeys
KeyMetadata:object
  DescribeKey
KeyMetadatas:list
  DescribeKeys
DecryptKey:string
  DescribeWhiteBoxDecryptKey
DeviceFingerprints:list
  DescribeWhiteBoxDeviceFingerprints
KeyInfo:object
  DescribeWhiteBoxKey
KeyInfos:list TotalCount:number
  DescribeWhiteBoxKeyDetails
ServiceEnabled:boolean
  DescribeWhiteBoxServiceStatus
InitializationVector:string CipherText:string
  EncryptByWhiteBox
KeyId:string Plaintext:string CiphertextBlob:string DataKeyId:string TagCode:number TagMsg:string
  GenerateDataKey
CiphertextBlob:string
  GetDataKeyCiphertextBlob
KeyRotationEnabled:boolean
  GetKeyRotationStatus
KeyId:string ImportToken:string PublicKey:string ParametersValidTo:number
  GetParametersForImport
KeyId:string PublicKey:string PublicKeyPem:string
  GetPublicKey
Regions:list
  GetRegions
ServiceEnabled:boolean InvalidType:number UserLevel:number ProExpireTime:number ProRenewFlag:number ProResourceId:string ExclusiveVSMEnabled:boolean ExclusiveHSMEnabled:boolean SubscriptionInfo:string CmkUserCount:number CmkLimit:number ExclusiveHSMList:list IsAllowedDataKeyHosted:boolean DataKeyLimit:number FreeDataKeyLimit:number DataKeyUsedCount:number SyncTaskList:list IsAllowedSync:boolean QpsLimit:number QpsTotalLimit:number RegionsQps:list ResourceZone:number ResourceRegion:number
  GetServiceStatus
KeyId:string DataKeyId:string TagCode:number TagMsg:string
  ImportDataKey
SymmetricAlgorithms:list AsymmetricAlgorithms:list AsymmetricSignVerifyAlgorithms:list
  ListAlgorithms
DataKeyMetadatas:list TotalCount:number
  ListDataKeyDetail
DataKeys:list TotalCount:number
  ListDataKeys
TotalCount:number KeyMetadatas:list
  ListKeyDetail
Keys:list TotalCount:number
  ListKeys
KeyId:string PlainText:string
  PostQuantumCryptoDecrypt
CiphertextBlob:string KeyId:string SourceKeyId:string ReEncrypted:boolean
  ReEncrypt
TaskId:string
  RotateKey
DeletionDate:number DataKeyId:string
  ScheduleDataKeyDeletion
DeletionDate:number KeyId:string
  ScheduleKeyDeletion
`,
)
