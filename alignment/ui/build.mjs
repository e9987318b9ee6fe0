// Bundles what the browser gets into static/ui/build/. Run by `npm run build`, which the Makefile calls.
// Every file is our own or copied from a pinned package; nothing refers to another host or to a source map.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const OUT = "static/ui/build";
const ICONS = "node_modules/@tabler/icons/icons/outline";

// One sprite with the icons that templates ask for by name: {% icon "home" %}.
const NAMES = [
  "alert-triangle", "arrow-back-up", "arrow-down-right", "arrow-right", "arrow-up-right", "at", "ban", "bell", "bolt",
  "building", "calendar", "calendar-plus", "chart-funnel", "check", "checklist", "chevron-down", "chevron-left",
  "chevron-right", "circle-check", "clock", "coin", "device-mobile", "dots", "download", "droplet", "edit", "eye",
  "file-import", "filter", "flag", "flask", "hourglass", "info-circle", "keyboard", "layout-dashboard", "lock",
  "logout", "mail", "menu-2", "message", "moon", "note", "phone", "phone-check", "phone-off", "phone-x", "plus",
  "refresh", "report-analytics", "route", "search", "settings", "sun", "target-arrow", "trash", "trophy", "upload",
  "user", "user-off", "user-question", "users", "x", "history", "link", "device-desktop", "player-pause", "send",
  "arrow-down", "arrow-up", "copy", "grip-vertical", "indent-decrease", "indent-increase",
  "arrow-down", "arrow-up", "arrows-diff", "gavel", "signature", "inbox", "arrow-forward-up", "scale", "gauge", "speakerphone",
  "adjustments", "calendar-off", "users-group", "player-play", "file-type-csv", "file-spreadsheet", "table-export",
];

async function sprite() {
  const symbols = await Promise.all(
    NAMES.map(async (name) => {
      const source = await readFile(`${ICONS}/${name}.svg`, "utf8");
      const body = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
      return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  await writeFile(`${OUT}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

await mkdir(OUT, { recursive: true });
await Promise.all([
  sprite(),
  build({
    entryPoints: { app: "assets/js/app.js", charts: "assets/js/charts.js" },
    outdir: OUT, bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
  }),
  build({
    entryPoints: { theme: "assets/js/theme.js" },
    outdir: OUT, bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none",
  }),
  build({
    entryPoints: { app: "assets/css/app.css" },
    outdir: OUT, bundle: true, minify: true, target: "es2022", legalComments: "none",
    loader: { ".woff2": "file" }, assetNames: "[name]",
  }),
]);
