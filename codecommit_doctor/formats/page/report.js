
"use strict";
(() => {
  const said = document.getElementById("said");
  const tell = (button, text) => {
    button.textContent = said.textContent = text;
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
  };
  const select = (node) => {
    const selection = getSelection();
    selection.removeAllRanges();
    const range = document.createRange();
    range.selectNodeContents(node);
    selection.addRange(range);
  };
  for (const box of document.querySelectorAll(".command")) {
    const code = box.querySelector("code");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy: " + code.textContent);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        tell(button, "Copied");
      } catch {
        select(code);
        tell(button, document.execCommand("copy") ? "Copied" : "Selected");
      }
    });
    box.append(button);
  }
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
})();
