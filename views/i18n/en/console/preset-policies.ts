/** What the preset policy of a name is for; the catalogue itself speaks English. */
export const presetPolicies = {
  description: (_name: string, catalogue: string): string => catalogue,
}
