/** Text -> QR code, as the page draws it. */
import { create } from 'qrcode'
import type { QrCodeImage } from '../../views/sign-in/qr-code.js'

export function qrCodeOf(text: string): QrCodeImage {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const squares: string[] = []
  data.forEach((dark, index) => {
    if (dark) squares.push(`M${index % size} ${Math.floor(index / size)}h1v1h-1z`)
  })
  return { size, path: squares.join('') }
}
