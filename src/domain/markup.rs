//! Formatted text: Markdown to HTML, and any HTML to what the Matrix specification allows.
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Deeper nesting than this is no message of a person (client-server API, "m.room.message msgtypes").
const DEEPEST: usize = 100;

/// Tags and attributes of the client-server API, "m.room.message msgtypes", without images: those would be fetched from
/// wherever their sender wants to be told of it.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(
            [
                "a",
                "b",
                "blockquote",
                "br",
                "caption",
                "code",
                "del",
                "details",
                "div",
                "em",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "hr",
                "i",
                "li",
                "ol",
                "p",
                "pre",
                "s",
                "span",
                "strong",
                "sub",
                "summary",
                "sup",
                "table",
                "tbody",
                "td",
                "th",
                "thead",
                "tr",
                "u",
                "ul",
            ]
            .into(),
        )
        .clean_content_tags(["mx-reply", "script", "style"].into())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into()), ("span", ["data-mx-spoiler"].into())].into())
        .url_schemes(["ftp", "http", "https", "magnet", "mailto"].into())
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// HTML without anything that could run, load or mislead: only tags and attributes the Matrix specification allows.
/// The fallback of a rich reply (`mx-reply`) goes as well. None when nothing readable is left.
pub fn sanitized(html: &str) -> Option<String> {
    if depth(html) > DEEPEST {
        return None;
    }
    let clean = SANITIZER.clean(html).to_string();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// How deep tags are nested at most; rather too much than too little.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (index, _) in html.match_indices('<') {
        match html.as_bytes().get(index + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(first) if first.is_ascii_alphabetic() && !is_void(&html[index + 1..]) => depth += 1,
            Some(_) | None => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn is_void(tag: &str) -> bool {
    let name: String = tag.chars().take_while(char::is_ascii_alphabetic).collect();
    // Many leave these unclosed, side by side.
    matches!(name.to_ascii_lowercase().as_str(), "br" | "hr" | "img" | "li" | "p" | "td" | "th" | "tr")
}

/// The HTML of a text in Markdown (`CommonMark` with tables and strikethrough; a line break is one). None when the text says
/// the same without it.
pub fn from_markdown(text: &str) -> Option<String> {
    let events: Vec<Event<'_>> =
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).collect();
    let is_plain = |event: &Event<'_>| {
        matches!(
            event,
            Event::Text(_) | Event::SoftBreak | Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)
        )
    };
    if events.iter().all(is_plain) && !text.contains(['\\', '&']) {
        return None;
    }
    let broken = events.into_iter().map(|event| if event == Event::SoftBreak { Event::HardBreak } else { event });
    let mut rendered = String::new();
    html::push_html(&mut rendered, broken);
    sanitized(alone(rendered.trim()))
}

/// A single paragraph without its tags, as Matrix clients send it.
fn alone(html: &str) -> &str {
    let inner = html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html)
}

/// A text without the quotation that older clients put before a reply (`> <@ann:example.org> …` and an empty line).
pub fn without_quotation(body: &str) -> &str {
    if !body.starts_with("> <@") && !body.starts_with("> * <@") {
        return body;
    }
    let quoted: usize = body.split_inclusive('\n').take_while(|line| line.starts_with('>')).map(str::len).sum();
    let rest = &body[quoted..];
    rest.strip_prefix('\n').unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_only_where_it_says_more() {
        for plain in ["Hello", "two\nlines", "one\n\ntwo", "1 < 2", "a_b_c", "#general", "2 * 3 * 4"] {
            assert_eq!(from_markdown(plain), None, "{plain}");
        }
        for (text, html) in [
            ("**so**", "<strong>so</strong>"),
            ("a *b*\nc", "a <em>b</em><br>\nc"),
            ("~~no~~ `x<y`", "<del>no</del> <code>x&lt;y</code>"),
            ("\\*plain\\*", "*plain*"),
            ("[Uni](https://example.org)", "<a href=\"https://example.org\" rel=\"noopener noreferrer\">Uni</a>"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("> said\n\nso", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>so</p>"),
        ] {
            assert_eq!(from_markdown(text).as_deref(), Some(html), "{text}");
        }
    }

    /// Known ways to run or load something. What is left may name no handler, script, style, image or foreign scheme.
    const ATTACKS: &[&str] = &[
        "<script>alert(1)</script>",
        "<SCRIPT SRC=http://xss.example/xss.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"https://tracker.example/pixel.png\">",
        "<IMG SRC=\"javascript:alert('XSS');\">",
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"jAvAsCrIpT&colon;alert(1)\">x</a>",
        "<a href=\"java\tscript:alert(1)\">x</a>",
        "<a href=\" &#14;  javascript:alert(1)\">x</a>",
        "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
        "<a href=\"vbscript:msgbox(1)\">x</a>",
        "<a href=# onclick=alert(1)>x</a>",
        "<b onmouseover=alert(1)>x</b>",
        "<b style=\"background:url(javascript:alert(1))\">x</b>",
        "<style>@import 'http://xss.example/xss.css';</style>",
        "<link rel=stylesheet href=http://xss.example/xss.css>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
        "<embed src=\"javascript:alert(1)\">",
        "<form action=\"javascript:alert(1)\"><button>x</button></form>",
        "<input autofocus onfocus=alert(1)>",
        "<body onload=alert(1)>",
        "<base href=\"javascript:alert(1)//\">",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<video><source onerror=\"alert(1)\"></video>",
        "<details open ontoggle=alert(1)>x</details>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<template><script>alert(1)</script></template>",
        "<xmp><img src=x onerror=alert(1)></xmp>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<div style=\"position:fixed;inset:0\">x</div>",
        "<span data-mx-color=\"red\" class=\"x\" id=\"y\">x</span>",
        "\"><script>alert(1)</script>",
        "<<script>alert(1);//<</script>",
        "<a href=\"http://example.org\" target=\"_top\" onclick=\"x()\">y</a>",
    ];

    #[test]
    fn nothing_that_runs_or_loads_is_left() {
        const BANNED: &[&str] = &[
            "<script",
            "<style",
            "<img",
            "<svg",
            "<math",
            "<iframe",
            "<object",
            "<embed",
            "<form",
            "<input",
            "<body",
            "<base",
            "<meta",
            "<link",
            "<video",
            "<source",
            "<template",
            " style=",
            " class=",
            " id=",
            " on",
            "target=",
            "href=\"java",
            "href=\"data",
            "href=\"vb",
            "src=",
        ];
        for attack in ATTACKS {
            for html in [sanitized(attack), from_markdown(attack), from_markdown(&format!("*so* {attack}"))] {
                let tags = tags_of(html.as_deref().unwrap_or_default());
                for banned in BANNED {
                    assert!(!tags.contains(banned), "{attack} left {html:?}");
                }
            }
        }
    }

    /// Only what stands inside tags: text may speak of anything.
    fn tags_of(html: &str) -> String {
        let inside = html.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| format!("<{tag}>")));
        inside.collect::<String>().to_lowercase()
    }

    #[test]
    fn what_is_harmless_stays() {
        for html in [
            "<b>bold</b> and <em>so</em>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
            "<ol start=\"3\"><li>c</li></ol>",
            "<span data-mx-spoiler=\"\">Rosebud</span>",
        ] {
            assert_eq!(sanitized(html).as_deref(), Some(html));
        }
        assert_eq!(sanitized("<mx-reply><blockquote>old</blockquote></mx-reply>new").as_deref(), Some("new"));
        assert_eq!(sanitized("<script>x</script>"), None);
        assert_eq!(sanitized(&"<div>".repeat(100_000)), None, "too deep for any reader");
    }

    #[test]
    fn the_quotation_before_a_reply_is_left_out() {
        assert_eq!(without_quotation("> <@ann:hs> old\n> older\n\nnew\n> mine"), "new\n> mine");
        assert_eq!(without_quotation("> a quotation of my own\n\nnew"), "> a quotation of my own\n\nnew");
    }
}
