/** What every page runs: its elements come to life. */
import { Il2Figure } from "./element/il2-figure.ts";
import { Il2Predict } from "./element/il2-predict.ts";
import { Il2Quiz } from "./element/il2-quiz.ts";

customElements.define("il2-predict", Il2Predict);
customElements.define("il2-figure", Il2Figure);
customElements.define("il2-quiz", Il2Quiz);
