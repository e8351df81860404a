/** For models.py: the solver, single random events and ensembles, to be weighed. */

export { ensemble } from "../../static/src/model/ensemble.ts";
export { run } from "../../static/src/model/simulate.ts";
