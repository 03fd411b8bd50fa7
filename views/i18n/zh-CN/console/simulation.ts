/** 账号的模拟部分：故障与主账号密钥。 */
import type { ConsoleTexts } from '../../en/console.js'

export const simulation: ConsoleTexts['simulation'] = {
  tab: '模拟',
  faults: '故障',
  faultsLead: '用于演练缓慢或失败的部署：从下一次调用起，身份中心对该账号的每次调用都会受其影响。',
  faultsNow: '已设置故障：对该账号的部署会变慢或失败。',
  delay: '每次调用的延迟（毫秒）',
  delayHint: '0 至 60000。',
  errors: '失败的调用（千分比）',
  errorsHint: '0 至 1000。其中一半实际已经执行，只是答复丢失。',
  outage: '中断：不答复任何调用',
  save: '保存故障设置',
  clear: '撤销全部故障',
  saved: '故障设置已保存，从下一次调用起生效。',
  keys: '主账号密钥',
  keysLead: '持有此类密钥者可通过云 API 在该账号中执行任何操作，例如创建第一批用户和策略。',
  noKeys: '该主账号没有密钥。',
  keyRemoved: '密钥已删除，不能再用于签名。',
}
