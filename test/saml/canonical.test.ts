/** The canonical form: what the recommendation shows, and never another one than xml-crypto makes. */
import fc from 'fast-check'
import { ExclusiveCanonicalization } from 'xml-crypto'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '../../saml/core/canonical.js'
import { allWithin } from '../../saml/core/elements.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'

/** The element called `target`, below whatever surrounds it. */
const targetIn = (xml: string) => {
  const found = [...allWithin(rootOf(parseXml(xml)))].find(({ localName }) => localName === 'target')
  if (!found) throw new Error('there is no target')
  return found
}

describe('canonicalization', () => {
  it.each([
    [
      'namespaces that are used, and no others',
      '<a xmlns="urn:d" xmlns:x="urn:x" xmlns:y="urn:y"><x:target y:k="1"/></a>',
      '<x:target xmlns:x="urn:x" xmlns:y="urn:y" y:k="1"></x:target>',
    ],
    [
      'the default namespace, also where there is none again',
      '<target xmlns="urn:d"><b xmlns=""><c/></b></target>',
      '<target xmlns="urn:d"><b xmlns=""><c></c></b></target>',
    ],
    [
      'what was declared before only where it differs',
      '<x:target xmlns:x="urn:1"><x:b/><x:c xmlns:x="urn:2"/></x:target>',
      '<x:target xmlns:x="urn:1"><x:b></x:b><x:c xmlns:x="urn:2"></x:c></x:target>',
    ],
    [
      'attributes by namespace, then by name',
      '<target xmlns:b="urn:1" xmlns:a="urn:2" a:z="1" b:y="2" z="3" a="4" xml:lang="en"/>',
      '<target xmlns:a="urn:2" xmlns:b="urn:1" a="4" z="3" xml:lang="en" b:y="2" a:z="1"></target>',
    ],
    [
      'characters that a parser would change',
      '<target k="&#9;&#10;&#13;&lt;&quot;\'&amp;>">&#13;&lt;&gt;&amp;"</target>',
      '<target k="&#x9;&#xA;&#xD;&lt;&quot;\'&amp;>">&#xD;&lt;&gt;&amp;"</target>',
    ],
  ])('writes %s', (_what, xml, canonical) => {
    expect(canonicalize(targetIn(xml))).toBe(canonical)
  })

  it('declares prefixes of a PrefixList wherever they are in scope', () => {
    const element = targetIn(
      '<a xmlns="urn:d" xmlns:xs="urn:xs"><x:target xmlns:x="urn:x"><b/></x:target></a>',
    )
    expect(canonicalize(element, { inclusivePrefixes: ['xs', 'none'] })).toBe(
      '<x:target xmlns:x="urn:x" xmlns:xs="urn:xs"><b xmlns="urn:d"></b></x:target>',
    )
    expect(canonicalize(element, { inclusivePrefixes: ['#default'] })).toBe(
      '<x:target xmlns="urn:d" xmlns:x="urn:x"><b></b></x:target>',
    )
  })

  it('leaves out the one element that it is told, and nothing else', () => {
    const element = targetIn('<target><s/>one<s><s/></s></target>')
    const [first] = [...allWithin(element)].slice(1)
    expect(canonicalize(element, { without: first })).toBe('<target>one<s><s></s></s></target>')
  })

  const prefix = fc.constantFrom('', 'p', 'q', 'r')
  const uri = fc.constantFrom('urn:1', 'urn:2', 'urn:3')
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '\t', '\n', '&#13;', '&lt;', '&gt;', '&amp;', '"', 'é', '😀'),
  })
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc
      .record({
        prefix,
        declared: fc.dictionary(prefix, uri, { maxKeys: 3 }),
        attributes: fc.uniqueArray(
          fc.tuple(fc.constantFrom('', 'p:', 'q:', 'xml:'), fc.constantFrom('k', 'l', 'm'), text),
          {
            maxLength: 3,
            selector: ([, name]) => name,
          },
        ),
        children: fc.array(fc.oneof({ depthSize: 'small' }, text, tie('tree')), { maxLength: 3 }),
      })
      .map(({ prefix: own, declared, attributes, children }) => {
        const name = own === '' ? 'e' : `${own}:e`
        const declarations = Object.entries(declared).map(
          ([bound, to]) => ` xmlns${bound && `:${bound}`}="${to}"`,
        )
        const others = attributes.map(
          ([bound, local, value]) => ` ${bound}${local}="${value.replaceAll('"', "'")}"`,
        )
        return `<${name}${declarations.join('')}${others.join('')}>${children.join('')}</${name}>`
      }),
  }))

  it('is the one that xml-crypto makes', () => {
    fc.assert(
      fc.property(tree, fc.subarray(['p', 'q']), (inner, inclusivePrefixes) => {
        const xml = `<a xmlns:p="urn:p" xmlns:q="urn:q" xmlns:r="urn:r"><target>${inner}</target></a>`
        const theirs = new ExclusiveCanonicalization().process(targetIn(xml) as never, {
          inclusiveNamespacesPrefixList: inclusivePrefixes,
          ancestorNamespaces: ['p', 'q', 'r'].map((name) => ({ prefix: name, namespaceURI: `urn:${name}` })),
        })
        expect(canonicalize(targetIn(xml), { inclusivePrefixes })).toBe(String(theirs))
      }),
      { numRuns: 300 },
    )
  })
})
