// @ts-check
// A plain page of the app: light or dark as the visitor has chosen.

import { watchLight } from "./light.js";

watchLight();
