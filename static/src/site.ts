/** What every page runs: its elements come to life. */
import { anchors } from "./element/anchors.ts";
import { contents } from "./element/contents.ts";
import { dialogs } from "./element/dialogs.ts";
import { showInFrame } from "./element/embed.ts";
import { home } from "./element/home.ts";
import { Il2Quiz } from "./element/il2-quiz.ts";
import { motionSwitch } from "./element/motion.ts";
import { notes } from "./element/notes.ts";
import { offline } from "./element/offline.ts";
import { themeSwitch } from "./element/theme.ts";

if (document.documentElement.classList.contains("embed")) showInFrame();
customElements.define("il2-quiz", Il2Quiz);
motionSwitch();
themeSwitch();
dialogs();
contents();
notes();
anchors();
offline();
home();
