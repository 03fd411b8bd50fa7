/**
 * Searching accounts while one types. Finds what the server finds for the same text: accounts by name or number with all
 * their permissions, else those of their permissions whose name or description matches.
 */
const box = document.getElementById('portal-search')
const status = document.querySelector('[data-count-many]')
const FEW = 3

const lower = (elements) =>
  Array.from(elements, (element) => element.textContent)
    .join('\n')
    .toLowerCase()

if (box && status) {
  const accounts = Array.from(document.querySelectorAll('.access-list > li'), (element) => {
    const details = element.querySelector('details')
    return {
      element,
      details,
      wasOpen: details.open,
      text: lower(details.querySelectorAll('summary b, summary code')),
      permissions: Array.from(details.querySelectorAll('.access-permissions > li'), (row) => ({
        row,
        text: lower(row.querySelectorAll('b, p')),
      })),
    }
  })
  const groups = document.querySelectorAll('.access-group')

  const search = () => {
    const wanted = box.value.trim().toLowerCase()
    let found = 0
    for (const { element, text, permissions } of accounts) {
      const whole = text.includes(wanted)
      let any = whole
      for (const { row, text: words } of permissions) {
        const matches = whole || words.includes(wanted)
        row.hidden = !matches
        any ||= matches
      }
      element.hidden = !any
      if (any) found += 1
    }
    for (const { element, details, wasOpen } of accounts) {
      if (!element.hidden) details.open = wanted === '' ? wasOpen : found <= FEW || wasOpen
    }
    for (const group of groups) group.hidden = !group.querySelector('.access-list > li:not([hidden])')
    status.textContent =
      found === 0
        ? status.dataset.countNone
        : found === 1
          ? status.dataset.countOne
          : status.dataset.countMany.replace('{count}', found)
  }

  // A page that the server has searched holds its matches alone: there the form asks the server, as without script.
  if (!new URLSearchParams(location.search).get('q')) {
    box.addEventListener('input', search)
    box.form.addEventListener('submit', (event) => {
      event.preventDefault()
      search()
    })
  }
}
