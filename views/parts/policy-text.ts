/** Policy documents as people read them. */

/** On lines of its own for each part, where it stands on a single one; any other text comes back as it was written. */
export function readableDocument(document: string): string {
  if (document.trim().includes('\n')) return document
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2)
  } catch {
    return document
  }
}
