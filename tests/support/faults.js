// What a person would see at a glance to be wrong with the page as it stands: one sentence for each fault.
// `keys` are the first words of the keys of sentences, `foreign` the sentences of the other language that ours doesn't have.
({ keys, foreign }) => {
  const faults = new Set();
  const shown = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const named = element => {
    const words = (element.getAttribute('aria-label') || element.textContent || element.placeholder || '').trim().replace(/\s+/g, ' ');
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') || ''}"> ${words.slice(0, 60)}`;
  };
  const styles = element => getComputedStyle(element);
  const up = (element, wanted) => { for (; element; element = element.parentElement) if (wanted(element)) return element; return null; };
  const over = element => up(element, it => ['fixed', 'sticky'].includes(styles(it).position));
  const scrolls = element => ['auto', 'scroll'].includes(styles(element).overflowX);
  const width = document.documentElement.clientWidth;
  const all = [...document.body.querySelectorAll('*')].filter(element => shown(element) && !element.closest('.visually-hidden, .skip, [class*=ag-aria]'));

  if (document.scrollingElement.scrollWidth > width + 1) {
    const wide = all.filter(it => it.getBoundingClientRect().right > width + 1 && !up(it.parentElement, scrolls));
    faults.add(`scrolls sideways to ${document.scrollingElement.scrollWidth} of ${width}: ${wide.length ? named(wide.at(-1)) : '?'}`);
  }

  const hides = value => value === 'hidden' || value === 'clip';
  for (const element of all) {
    const style = styles(element);
    const words = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!words || style.display === 'inline' || element.matches('.q-icon, .material-icons')) continue;
    const cut = element.scrollWidth > element.clientWidth + 1 && hides(style.overflowX) && style.textOverflow !== 'ellipsis';
    if (cut || (element.scrollHeight > element.clientHeight + 3 && hides(style.overflowY) && style.webkitLineClamp === 'none' && style.textOverflow !== 'ellipsis'))
      faults.add(`cut: ${named(element)}`);
    const button = element.closest('button, .q-btn, .chip, .quick');
    if (button && (button.scrollWidth > button.clientWidth + 2 || element.getBoundingClientRect().right > button.getBoundingClientRect().right + 2))
      faults.add(`too wide for its button: ${named(button)}`);
    const box = element.getBoundingClientRect();
    if (box.right > width + 2 && box.left < width && !up(element, it => scrolls(it) || hides(styles(it).overflowX)))
      faults.add(`leaves the page: ${named(element)}`);
  }

  const pressed = 'a[href], button, input:not([type=hidden]), textarea, [role=button], [role=checkbox], [role=tab], [role=combobox]';
  for (const element of all.filter(it => it.matches(pressed))) {
    const box = element.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (!box.width || x < 0 || y < 0 || x >= width || y >= innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    if (!top || element.contains(top) || top.contains(element) || element.closest('.q-field')?.contains(top)) continue;
    const scrolledOff = up(element.parentElement, it => {
      const frame = it.getBoundingClientRect();
      return styles(it).overflow !== 'visible' && (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom);
    });
    if (scrolledOff) continue;
    // What floats over everything is meant to, as long as one can scroll.
    if ((over(top) && over(top) !== over(element)) || top.closest('.ag-body-horizontal-scroll')) continue;
    faults.add(`covered: ${named(element)} by ${named(top)}`);
  }

  const key = new RegExp(`^(${keys.join('|')})(\\.[a-z0-9_]+)+$`, 'i');
  const others = new Set(foreign);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = all.flatMap(it => ['aria-label', 'title', 'placeholder'].map(name => it.getAttribute(name)).filter(Boolean));
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest('script, style, tbody, .ag-row, .rv-list, .q-icon, .material-icons') && shown(parent)) said.push(walk.currentNode.data);
  }
  for (const words of said.map(it => it.trim())) {
    if (key.test(words)) faults.add(`not translated: ${words}`);
    if (others.has(words)) faults.add(`of the other language: ${words}`);
  }
  return [...faults];
}
