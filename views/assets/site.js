/**
 * What script adds to pages that work without it: copy buttons, select-all boxes, menus that close,
 * no second click on a form that is on its way, and no click at all on one that only leads on.
 */
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy)
    try {
      await navigator.clipboard.writeText(source.value)
    } catch {
      source.select()
      return
    }
    const word = button.textContent
    button.textContent = button.dataset.copied
    setTimeout(() => {
      button.textContent = word
    }, 2000)
  })
}

for (const all of document.querySelectorAll('input[data-select-all]')) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.selectAll}"]`)]
  all.hidden = false
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked
  })
  for (const box of boxes) {
    box.addEventListener('change', () => {
      all.checked = boxes.every((each) => each.checked)
    })
  }
}

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll(
    'details.user-menu[open], details.menu-small[open], details.ask[open]',
  )) {
    if (!menu.contains(event.target)) menu.open = false
  }
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of document.querySelectorAll(
    'details.user-menu[open], details.menu-small[open], details.ask[open]',
  )) {
    menu.open = false
    menu.querySelector('summary').focus()
  }
})

document.addEventListener('submit', (event) => {
  // What is answered in a window of its own leaves this page as it is, ready to be sent again.
  if (event.target.method !== 'post' || event.target.target === '_blank') return
  if (event.target.dataset.sent) event.preventDefault()
  else event.target.dataset.sent = 'yes'
})

addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
})

const refreshSeconds = Number(document.body.dataset.refreshSeconds)
if (refreshSeconds > 0) {
  // What is open, being filled in or on its way would be lost.
  const isBusy = () =>
    document.hidden ||
    document.querySelector('details[open], form[data-sent]') !== null ||
    document.activeElement?.matches('main input, main select, main textarea')
  setInterval(() => {
    if (!isBusy()) location.reload()
  }, refreshSeconds * 1000)
}

document.querySelector('.error-summary')?.focus()
document.querySelector('form[data-submit-at-once]')?.requestSubmit()
