import type { PolicyImportTexts } from '../../en/console/policy-import.js'

export const policyImport: PolicyImportTexts = {
  open: '从账号导入',
  title: (name) => `将自定义策略导入 ${name}`,
  accountLead: '选择拥有这些策略的账号。',
  accounts: '账号',
  findAccounts: '查找账号',
  searchAccounts: '名称或账号 ID',
  choose: '选择',
  policiesLead: (account) =>
    `${account} 自行创建的自定义策略。导入的是副本：之后在账号中的更改不会影响此处。`,
  policies: '账号的自定义策略',
  findPolicies: '查找策略',
  searchPolicies: '名称的一部分',
  noPolicies: '该账号没有自己的自定义策略。',
  policyName: '策略名称',
  selectPolicies: '请先至少选择一个策略。',
  preview: '查看所选策略',
  previewLead: '将导入以下内容。每个策略在此权限配置中都有一个名称，之后不能更改。',
  nameHere: (source) => `${source} 在此处的名称`,
  otherAccount: '其他账号',
  importButton: '导入',
}
