/** What is told of checks: in both languages, and only what is certain. */
import { describe, expect, it } from 'vitest'
import { checkReport } from '../../saml/core/check-report.js'
import { SAML_CHECKS, type SamlCheck } from '../../saml/core/saml-check.js'
import { texts } from '../../views/i18n/index.js'

describe('texts of checks', () => {
  it.each(['en', 'zh-CN'] as const)('say what each check demands and what to change, in %s', (language) => {
    const all: Readonly<Record<string, { title: string; problem: string; remedy: string }>> =
      texts(language).console.samlChecks
    expect(Object.keys(all)).toEqual([...SAML_CHECKS])
    for (const words of Object.values(all)) {
      expect(Math.min(words.title.length, words.problem.length, words.remedy.length)).toBeGreaterThan(1)
      if (language === 'zh-CN') expect(words.problem + words.remedy).toMatch(/\p{Script=Han}/u)
    }
  })
})

describe('the report', () => {
  const outcomes = (...failed: SamlCheck[]) =>
    new Map(
      checkReport(failed.map((check) => ({ check, message: check }))).map(({ check, outcome }) => [
        check,
        outcome,
      ]),
    )

  it('lists every check, all passed when none failed', () => {
    expect([...outcomes()]).toEqual(SAML_CHECKS.map((check) => [check, 'passed']))
  })

  it.each<[SamlCheck, readonly SamlCheck[], readonly SamlCheck[]]>([
    ['status', ['version', 'xml'], ['oneAssertion', 'signatureValue', 'audience', 'replayed']],
    ['signatureDigest', ['status', 'oneAssertion'], ['signatureShape', 'signatureValue', 'issuer']],
    [
      'subject',
      ['signatureValue', 'issuer', 'audience', 'authnStatement'],
      ['nameId', 'recipient', 'library'],
    ],
    ['userUnknown', ['audience', 'replayed', 'library'], ['userDisabled', 'ticket']],
  ])('claims no more than is certain after %s', (failed, passed, notMade) => {
    const report = outcomes(failed)
    expect(report.get(failed)).toBe('failed')
    for (const check of passed) expect([check, report.get(check)]).toEqual([check, 'passed'])
    for (const check of notMade) expect([check, report.get(check)]).toEqual([check, 'notMade'])
  })

  it('shows several failures of the contents side by side', () => {
    const report = outcomes('audience', 'recipient')
    expect([report.get('audience'), report.get('recipient'), report.get('issuer')]).toEqual([
      'failed',
      'failed',
      'passed',
    ])
  })

  it('leaves out what it does not know', () => {
    expect(
      checkReport([{ check: 'ofAnEarlierVersion', message: '' }]).some(({ outcome }) => outcome === 'failed'),
    ).toBe(false)
  })
})
