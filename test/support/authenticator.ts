/** An authenticator app: the code of a key at a time. */
import { generateSync } from 'otplib'

export const totpCode = (secret: string, at: Date): string =>
  generateSync({ secret: secret.replace(/\s/g, ''), epoch: Math.floor(at.getTime() / 1000) })
