// The tabs of the demo page on a narrow screen.

const tabs = Array.from(document.querySelectorAll('[role="tab"]'));
const panes = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));

function choose(index) {
  tabs.forEach((tab, at) => {
    tab.setAttribute("aria-selected", String(at === index));
    tab.tabIndex = at === index ? 0 : -1;
    panes[at].classList.toggle("chosen", at === index);
  });
}

tabs.forEach((tab, index) => {
  tab.addEventListener("click", () => choose(index));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + tabs.length) % tabs.length;
    choose(next);
    tabs[next].focus();
  });
});
choose(0);
