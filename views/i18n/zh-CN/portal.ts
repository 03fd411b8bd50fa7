import type { PortalTexts } from '../en/portal.js'

export const portal: PortalTexts = {}
