// What several stories share.

import { test } from "node:test";

/** The people of the demonstration who occur in stories. */
export const INES = "ines.varga@larkspur.test";
export const TOBIAS = "tobias.renn@larkspur.test";
export const MARA = "mara.oduya@quillstone.test";
export const FELIX = "felix.stroud@quillstone.test";
export const DANA = "dana.whitlow@fado.test";
export const ADELE = "adele.quist@fado.test";
export const GRANT = "grant.okafor@fado.test";
export const SAM = "sam.petrov@fado.test";
export const THEO = "theo.marsh@fado.test";
export const MARCUS = "marcus.bell@fado.test";
export const YUKI = "yuki.andrade@fado.test";
export const HELEN = "helen.sorrel@fado.test";
export const LENA = "lena.fisk@fado.test";
export const BEA = "bea.tran@cedarhollow.example.com";

/** Tells the chapters of a story one after another; what follows one that failed is left out. */
export function chapters() {
  let lost = false;
  return (name, tell) =>
    test(name, async (t) => {
      if (lost) return t.skip("an earlier chapter failed");
      lost = true;
      await tell(t);
      lost = false;
    });
}
