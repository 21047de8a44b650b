import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

const COMPRESSIBLE = /\.(js|css|json|svg|ttf|wasm)$/;
// 11 costs fifteen times the time for eight per cent.
const PARAMETERS = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Writes name.br beside every asset of the build that text compression helps. */
export function compressed(): Plugin {
  const compress = promisify(brotliCompress);
  let config: ResolvedConfig;
  return {
    name: "compressed",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir, config.build.assetsDir);
      for (const name of await readdir(folder)) {
        if (!COMPRESSIBLE.test(name)) continue;
        const body = await readFile(join(folder, name));
        await writeFile(join(folder, `${name}.br`), await compress(body, PARAMETERS));
      }
    },
  };
}
