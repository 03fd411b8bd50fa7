import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStrength, generatePassword } from '../../server/domain/password.js'

const refused = (password: string): boolean => {
  try {
    checkStrength(password)
    return false
  } catch {
    return true
  }
}

describe('the password rule', () => {
  it.each([
    ['Abcdef1!', 'eight characters of all four classes'],
    [`${'Aa1!'.repeat(8)}`, 'thirty-two characters'],
    ['Пароль-7x', 'letters of another script'],
    ['Aa1😀bcd!', 'a character beyond the basic plane, counted once'],
  ])('accepts %s (%s)', (password) => {
    expect(refused(password)).toBe(false)
  })

  it.each([
    ['Abcde1!', 'seven characters'],
    [`${'Aa1!'.repeat(8)}x`, 'thirty-three characters'],
    ['abcdef1!', 'no upper case letter'],
    ['ABCDEF1!', 'no lower case letter'],
    ['Abcdefg!', 'no digit'],
    ['Abcdefg1', 'no special character'],
    ['Abc def1!', 'a space'],
    ['Abc\u00a0def1!', 'a no-break space'],
    ['Abc\tdef1!', 'a tab'],
    ['Abc\u200bdef1!', 'an invisible character'],
    ['', 'nothing'],
  ])('refuses %j (%s)', (password) => {
    expect(() => checkStrength(password)).toThrowError(expect.objectContaining({ code: 'password.tooWeak' }))
  })

  it('is satisfied by every generated password, and no two are alike', () => {
    const generated = Array.from({ length: 500 }, generatePassword)
    expect(generated.filter(refused)).toEqual([])
    expect(new Set(generated).size).toBe(generated.length)
    expect(generated.every((password) => password.length === 16)).toBe(true)
  })

  it('answers any text without another kind of error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          checkStrength(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'password.tooWeak' })
        }
      }),
    )
  })
})
