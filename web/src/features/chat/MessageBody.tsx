/** The text of a message. Its HTML, which the desk has made harmless, becomes elements one by one: nothing is set as HTML. */
import { Parser } from "htmlparser2";
import { createElement, Fragment, type ReactNode, useMemo } from "react";

/** What may be shown, and as what. */
const ELEMENTS: Record<string, string> = {
  a: "a",
  b: "strong",
  strong: "strong",
  i: "em",
  em: "em",
  u: "u",
  s: "s",
  del: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  p: "p",
  br: "br",
  hr: "hr",
  ul: "ul",
  ol: "ol",
  li: "li",
  h1: "h3",
  h2: "h3",
  h3: "h3",
  h4: "h4",
  h5: "h4",
  h6: "h4",
  sub: "sub",
  sup: "sup",
  table: "table",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
};

interface Open {
  tag: string | null;
  props: Record<string, unknown>;
  children: ReactNode[];
}

/** Somebody who was called upon, as Matrix clients write it. */
const PERSON = /^https:\/\/matrix\.to\/#\/@/i;
/** Addresses that a click may open. */
const HARMLESS = /^(https?:|mailto:|matrix:)/i;

function elements(html: string): ReactNode {
  const stack: Open[] = [{ tag: null, props: {}, children: [] }];
  const top = () => stack[stack.length - 1] as Open;
  let key = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      const isPerson = name === "a" && PERSON.test(attributes.href ?? "");
      const tag = isPerson ? "span" : (ELEMENTS[name] ?? null);
      const props: Record<string, unknown> = { key: key++ };
      if (isPerson) props.className = "mention";
      if (tag === "a" && HARMLESS.test(attributes.href ?? "")) {
        Object.assign(props, { href: attributes.href, target: "_blank", rel: "noreferrer noopener" });
      }
      if (tag === "ol" && /^\d+$/.test(attributes.start ?? "")) props.start = Number(attributes.start);
      stack.push({ tag, props, children: [] });
    },
    ontext(text) {
      top().children.push(text);
    },
    onclosetag() {
      const { tag, props, children } = stack.pop() as Open;
      const isVoid = tag === "br" || tag === "hr";
      top().children.push(
        createElement(
          tag ?? Fragment,
          tag ? props : { key: props.key as number },
          ...(isVoid ? [] : children),
        ),
      );
    },
  });
  parser.end(html);
  return createElement(Fragment, null, ...top().children);
}

export function MessageBody({ text, html }: { text: string; html: string | null }) {
  const shown = useMemo(() => (html === null ? null : elements(html)), [html]);
  return html === null ? (
    <div className="whitespace-pre-wrap">{text}</div>
  ) : (
    <div className="message-body">{shown}</div>
  );
}
