//! How mails look: the styles that templates put on each element, since some mail programs read no style sheets.
use std::collections::BTreeMap;

use minijinja::Value;

use super::colour::Colour;

const CANVAS: &str = "#f4f4f1";
const SURFACE: Colour = Colour(255, 255, 255);
/// What quoted messages stand on; links are read on it as well.
const SUNKEN: Colour = Colour(0xf4, 0xf4, 0xf1);
const SUNKEN_DARK: Colour = Colour(0x26, 0x2a, 0x2f);
const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";

/// The styles by their names, for a desk's colour; all of them are safe within a quoted attribute.
pub(super) fn styles(accent: Colour) -> Value {
    let link = accent.readable_on(SUNKEN);
    let on_accent = accent.text_on();
    let styles: BTreeMap<&str, String> = [
        ("canvas", format!("margin:0;padding:0;width:100%;background-color:{CANVAS};")),
        ("bar", format!("height:4px;line-height:4px;font-size:4px;background-color:{accent};border-radius:10px 10px 0 0;")),
        ("card", format!("background-color:{SURFACE};border-radius:0 0 10px 10px;padding:28px 32px 32px;")),
        ("brand", format!("{FONT}font-size:15px;line-height:22px;font-weight:600;color:#1b1c1e;margin:0 0 20px;")),
        ("heading", format!("{FONT}font-size:22px;line-height:30px;font-weight:700;color:#1b1c1e;margin:0 0 14px;word-break:break-word;")),
        ("subheading", format!("{FONT}font-size:16px;line-height:23px;font-weight:600;color:#1b1c1e;margin:0 0 4px;word-break:break-word;")),
        ("text", format!("{FONT}font-size:15px;line-height:23px;color:#1b1c1e;margin:0 0 14px;word-break:break-word;")),
        ("muted", format!("{FONT}font-size:13px;line-height:20px;color:#5c5e63;margin:0 0 8px;word-break:break-word;")),
        ("label", format!("{FONT}font-size:13px;line-height:20px;color:#5c5e63;padding:3px 14px 3px 0;vertical-align:top;text-align:left;font-weight:400;white-space:nowrap;")),
        ("value", format!("{FONT}font-size:14px;line-height:20px;color:#1b1c1e;padding:3px 0;vertical-align:top;word-break:break-word;")),
        ("box", format!("background-color:{SUNKEN};border-radius:8px;padding:14px 16px;")),
        ("note", "background-color:#fff6d9;border-radius:8px;padding:14px 16px;border-left:4px solid #e5c65c;".to_owned()),
        ("link", format!("color:{link};text-decoration:underline;")),
        ("button", format!("background-color:{accent};border-radius:8px;mso-padding-alt:12px 26px;")),
        ("buttonLink", format!("{FONT}display:inline-block;padding:12px 26px;font-size:15px;line-height:22px;font-weight:600;color:{on_accent};text-decoration:none;border-radius:8px;")),
        ("footer", format!("{FONT}font-size:12px;line-height:19px;color:#5c5e63;margin:0 0 6px;word-break:break-word;")),
        ("footerLink", "color:#5c5e63;text-decoration:underline;".to_owned()),
        ("hidden", "display:none;overflow:hidden;line-height:1px;max-height:0;max-width:0;opacity:0;mso-hide:all;".to_owned()),
        ("linkDark", format!("color:{};", accent.readable_on(SUNKEN_DARK))),
    ]
    .into();
    Value::from_pairs(styles.into_iter().map(|(name, style)| (name, Value::from_safe_string(style))))
}
