/** A QR code as one SVG path: no image to fetch, no markup from a library. */

export interface QrCodeImage {
  /** Modules on each side, without the quiet zone. */
  readonly size: number
  /** Path data: one square for each dark module. */
  readonly path: string
}

const QUIET_ZONE = 4

/** Dark on white whatever the page's colours are: scanners expect it. */
export function QrCode({ image, label }: { readonly image: QrCodeImage; readonly label: string }) {
  const side = image.size + 2 * QUIET_ZONE
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`}
      width="220"
      height="220"
      shape-rendering="crispEdges"
    >
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={side} height={side} fill="#fff" />
      <path d={image.path} fill="#000" />
    </svg>
  )
}
