/** Links to the other pages of a list. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export interface PagerProps {
  readonly page: PageContext
  /** Number of matches on all pages. */
  readonly total: number
  /** Rows per page. */
  readonly size: number
  /** The page shown, from 1. */
  readonly number: number
  readonly href: (number: number) => string
}

export function Pager({ page, total, size, number, href }: PagerProps) {
  const { pager } = texts(page.language).common
  if (total === 0) return null
  const last = Math.max(1, Math.ceil(total / size))
  const first = Math.min((number - 1) * size + 1, total)
  return (
    <div class="pager">
      <p class="pager-range">{pager.range(first, Math.min(number * size, total), total)}</p>
      {last > 1 && (
        <nav aria-label={pager.label}>
          <ul>
            {number > 1 && (
              <li>
                <a href={href(number - 1)} rel="prev">
                  {pager.previous}
                </a>
              </li>
            )}
            {pageNumbers(number, last).map((each, index) => (
              <li key={each ?? `gap-${index}`} class={each === undefined ? 'pager-gap' : 'pager-number'}>
                {each === undefined ? (
                  <span aria-hidden="true">…</span>
                ) : (
                  <a
                    href={href(each)}
                    aria-label={pager.page(each)}
                    aria-current={each === number ? 'page' : undefined}
                  >
                    {each}
                  </a>
                )}
              </li>
            ))}
            {number < last && (
              <li>
                <a href={href(number + 1)} rel="next">
                  {pager.next}
                </a>
              </li>
            )}
          </ul>
        </nav>
      )}
    </div>
  )
}

/** The first and the last page, and those around the one shown; `undefined` stands for the ones left out. */
export function pageNumbers(current: number, last: number): readonly (number | undefined)[] {
  const wanted = [1, current - 1, current, current + 1, last].filter((each) => each >= 1 && each <= last)
  const numbers = [...new Set(wanted)].sort((left, right) => left - right)
  return numbers.flatMap((each, index) => {
    const before = numbers[index - 1]
    if (before === undefined || each === before + 1) return [each]
    return each === before + 2 ? [before + 1, each] : [undefined, each]
  })
}
