// What every page loads. Pages work without it; it makes them quicker to use.
import { editDefinitions } from "./definition.js";
import { showCharts } from "./chart-loader.js";
import { keepDrafts, sendWaiting } from "./drafts.js";
import { keepFolds } from "./folds.js";
import { listenForCards } from "./inbox.js";
import { runClocks } from "./countdown.js";
import { closeMenus } from "./menus.js";
import { mentionPeople } from "./mentions.js";
import { listenForKeys } from "./shortcuts.js";
import { offerThemes } from "./theme-choice.js";
import { improveForms, narrowChoices } from "./forms.js";
import { suggestTimeZone } from "./time-zone.js";
import { showTheTab } from "./tabs.js";

function dress(root) {
  showCharts(root);
  keepDrafts(root);
  mentionPeople(root);
  improveForms(root);
  narrowChoices(root);
  runClocks(root);
  suggestTimeZone(root);
  showTheTab(root);
  editDefinitions(root);
}

closeMenus();
keepFolds();
listenForKeys();
listenForCards();
offerThemes();
dress(document);
sendWaiting();
addEventListener("online", sendWaiting);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) dress(event.detail.elt); // the whole page is dressed already
});
