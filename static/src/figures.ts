/** What pages with figures run besides: figures and the predictions about them come to life. */
import { Il2Figure } from "./element/il2-figure.ts";
import { Il2Predict } from "./element/il2-predict.ts";

customElements.define("il2-predict", Il2Predict);
customElements.define("il2-figure", Il2Figure);
