import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

const ASSET = /(?:src|href)="\/(assets\/[^"]+)"/g;
const PARAMETERS = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Fails the build where what `page` names, which is all that its first paint fetches, weighs more than `bytes` compressed. */
export function bounded(page: string, bytes: number): Plugin {
  let config: ResolvedConfig;
  return {
    name: "bounded",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir);
      const html = await readFile(join(folder, page), "utf8");
      let weight = 0;
      for (const [, asset] of html.matchAll(ASSET)) weight += brotliCompressSync(await readFile(join(folder, asset!)), PARAMETERS).length;
      if (weight > bytes) this.error(`${page} fetches ${weight} bytes compressed; at most ${bytes} are allowed.`);
      console.log(`${page} fetches ${Math.round(weight / 1000)} kB compressed.`);
    },
  };
}
