import type { Plugin, Rolldown } from "vite";

/** Of which parts of `src/` is made what is shown at the addresses where people begin; `/*` stands for whatever is below. */
const PAGES = {
  "/tickets": ["pages/StudentSupportPage"],
  "/tickets/*": ["pages/StudentTicketDetailPage"],
  "/support": ["pages/InstructorSupportPage"],
  "/support/*": ["pages/InstructorSupportPage", "features/staff/StaffTicket"],
  "/admin": ["pages/AdminSupportPage", "pages/AdminDashboardPage"],
};

/** What `src/start.ts` goes on with. */
const MAIN = "/src/main.tsx";
const READER = '<script src="/early.js"></script>';

/**
 * Writes into index.html what is fetched at once: what every page needs, and for `public/early.js` which files these pages
 * are made of.
 */
export function pages(): Plugin {
  return {
    name: "pages",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {}, chunk: entry }) {
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const begun = chunks.filter(({ facadeModuleId }) => facadeModuleId?.endsWith(MAIN));
        if (!entry || begun.length === 0) throw new Error("the page has no beginning");
        const linked = filesOf([entry], chunks);
        const common = filesOf([entry, ...begun], chunks);
        const tags = Object.entries(PAGES).map(([address, names]) => {
          const own = chunks.filter(({ facadeModuleId }) =>
            names.some((name) => facadeModuleId?.endsWith(`/src/${name}.tsx`)),
          );
          if (own.length < names.length) throw new Error(`${address}: a page has no file of its own`);
          const files = [...filesOf(own, chunks)].filter((file) => !common.has(file));
          return `<meta name="page" content="${[address, ...files.map((file) => `/${file}`)].join(" ")}" />\n    `;
        });
        const ahead = [...common]
          .filter((file) => !linked.has(file))
          .map((file) => `\n    <link rel="modulepreload" crossorigin href="/${file}" />`);
        return html.replace(READER, `${tags.join("")}${READER}${ahead.join("")}`);
      },
    },
  };
}

/** The names of these files and of all that they need. */
function filesOf(begin: Rolldown.OutputChunk[], chunks: Rolldown.OutputChunk[]): Set<string> {
  const names = new Set(begin.map(({ fileName }) => fileName));
  for (const name of names) {
    for (const needed of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) names.add(needed);
  }
  return names;
}
