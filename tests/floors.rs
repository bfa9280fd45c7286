//! The floors of ARCHITECTURE.md, enforced: a module calls floors below its own, never one above or beside it, and a few
//! crates stay on the floors that own them.
//!
//! The source is parsed, so comments and strings do not count. Every path is looked at: imports, expressions, types,
//! attributes, and the tokens inside macros. Because each import is judged where it stands, a re-export can only hand
//! down what its own floor may use, and nothing needs to be followed through it. The two holes this leaves are closed
//! by rules of their own: the crate's root re-exports nothing, and an owned crate is not re-exported out of its floor.
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{UseTree, Visibility};

mod planted;
mod rules;

pub use planted::violations_are_seen;

/// One place that breaks the floors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub file: PathBuf,
    pub line: usize,
    pub why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.why)
    }
}

/// Ok when every source file below `root/src` keeps to its floor; otherwise every place that does not.
pub fn check_floors(root: &Path) -> Result<(), Vec<Violation>> {
    let src = root.join("src");
    let mut found = Vec::new();
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).expect("rust_files stays below src");
        found.extend(check_file(&file, path));
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a listed folder gives its entries").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn check_file(file: &Path, path: &Path) -> Vec<Violation> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
    let mut walk =
        Walk { file: path, module: module_of(path), is_program: path == Path::new("main.rs"), found: vec![] };
    match syn::parse_file(&text) {
        Ok(parsed) => {
            if let Some(top) = walk.module.first().filter(|top| rules::height(top).is_none()) {
                let why = format!("`{top}` stands on no floor: give it a height in tests/floors.rs");
                walk.found.push(Violation { file: path.to_owned(), line: 1, why });
            }
            walk.visit_file(&parsed);
        }
        Err(error) => walk.blame(error.span(), &format!("does not parse: {error}")),
    }
    walk.found
}

/// `desk/chat.rs` is `["desk", "chat"]`; the crate's root and the program are empty.
fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let last = module.last().map(String::as_str);
    if last == Some("mod") || module.len() == 1 && matches!(last, Some("lib" | "main")) {
        module.pop();
    }
    module
}

/// A path as written: its segments, and whether it starts with `::`.
struct Written {
    segments: Vec<String>,
    from_crates: bool,
    span: Span,
}

/// What a path means: a place in this crate, or in another one.
enum Meaning {
    Ours(Vec<String>),
    Foreign(Vec<String>),
}

struct Walk<'a> {
    file: &'a Path,
    /// Where we are; inline modules are pushed and popped on the way.
    module: Vec<String>,
    /// `main.rs`, which sees the library from outside under its name.
    is_program: bool,
    found: Vec<Violation>,
}

impl Walk<'_> {
    fn blame(&mut self, span: Span, why: &str) {
        let violation = Violation { file: self.file.to_owned(), line: span.start().line, why: why.to_owned() };
        if !self.found.contains(&violation) {
            self.found.push(violation);
        }
    }

    /// The top module we are in; none in the crate's root.
    fn floor(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    fn meaning(&self, written: &Written) -> Meaning {
        let segments = &written.segments;
        let first = segments.first().map_or("", String::as_str);
        if written.from_crates {
            return Meaning::Foreign(segments.clone());
        }
        match first {
            "crate" => Meaning::Ours(segments[1..].to_vec()),
            "self" | "super" => {
                let mut place = self.module.clone();
                let climb = segments.iter().take_while(|s| matches!(s.as_str(), "self" | "super")).count();
                for _ in segments[..climb].iter().filter(|s| *s == "super") {
                    place.pop();
                }
                place.extend_from_slice(&segments[climb..]);
                Meaning::Ours(place)
            }
            "roomdesk" if self.is_program => Meaning::Ours(segments[1..].to_vec()),
            // In the crate's root the floors are in scope under their bare names; elsewhere `http` is the crate.
            _ if self.module.is_empty() && !self.is_program && rules::height(first).is_some() => {
                Meaning::Ours(segments.clone())
            }
            _ => Meaning::Foreign(segments.clone()),
        }
    }

    fn judge(&mut self, written: &Written) {
        let text = written.segments.join("::");
        let why = match self.meaning(written) {
            Meaning::Ours(place) if self.is_program => rules::why_not_from_main(&place),
            Meaning::Ours(place) => rules::why_not_ours(self.floor(), &place),
            Meaning::Foreign(place) => rules::why_not_foreign(self.floor(), &place),
        };
        if let Some(why) = why {
            self.blame(written.span, &format!("`{text}`: {why}"));
        }
    }

    /// Judges every leaf of an import, and whether the import hands an owned crate on.
    fn judge_use(&mut self, tree: &UseTree, before: &mut Vec<String>, import: &syn::ItemUse) {
        match tree {
            UseTree::Path(path) => {
                before.push(plain(&path.ident));
                self.judge_use(&path.tree, before, import);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.judge_use(tree, before, import);
                }
            }
            UseTree::Name(name) => self.judge_leaf(Some(&name.ident), name.ident.span(), before, import),
            UseTree::Rename(rename) => self.judge_leaf(Some(&rename.ident), rename.ident.span(), before, import),
            UseTree::Glob(glob) => self.judge_leaf(None, glob.star_token.spans[0], before, import),
        }
    }

    fn judge_leaf(&mut self, name: Option<&Ident>, span: Span, before: &[String], import: &syn::ItemUse) {
        let mut segments = before.to_vec();
        // `use a::{self}` is `use a`.
        segments.extend(name.map(plain).filter(|name| before.is_empty() || name != "self"));
        let written = Written { segments, from_crates: import.leading_colon.is_some(), span };
        self.judge(&written);
        if let Meaning::Foreign(place) = self.meaning(&written)
            && let Some((owned, _)) = rules::owned_crate(&place)
            && self.leaves_the_floor(&import.vis)
        {
            self.blame(span, &format!("`{}`: a re-export would carry {owned} out of its floor", place.join("::")));
        }
    }

    fn leaves_the_floor(&self, visibility: &Visibility) -> bool {
        match visibility {
            Visibility::Inherited => false,
            Visibility::Restricted(restricted) => {
                let written = written_path(&restricted.path);
                matches!(self.meaning(&written), Meaning::Ours(place) if place.is_empty())
            }
            _ => true,
        }
    }

    /// Judges what reads as a path among tokens that have no syntax tree: the inside of macros and attributes.
    fn judge_tokens(&mut self, tokens: TokenStream, before: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(first) => at = self.judge_chain(&tokens, at, first, before),
                TokenTree::Group(group) => {
                    self.judge_tokens(group.stream(), &[]);
                    at += 1;
                }
                TokenTree::Literal(literal) => {
                    self.judge_literal(literal);
                    at += 1;
                }
                TokenTree::Punct(_) => at += 1,
            }
        }
    }

    /// Judges `a::b::c` or `a::{..}` starting at `at`; returns where it ends.
    fn judge_chain(&mut self, tokens: &[TokenTree], mut at: usize, first: &Ident, before: &[String]) -> usize {
        let from_crates = before.is_empty() && at >= 2 && is_double_colon(&tokens[at - 2..at]);
        let mut segments = before.to_vec();
        segments.push(plain(first));
        at += 1;
        while tokens.len() > at + 2 && is_double_colon(&tokens[at..at + 2]) {
            match &tokens[at + 2] {
                TokenTree::Ident(next) => segments.push(plain(next)),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    self.judge_tokens(group.stream(), &segments);
                    return at + 3;
                }
                _ => break,
            }
            at += 3;
        }
        if segments.len() > 1 {
            self.judge(&Written { segments, from_crates, span: first.span() });
        }
        at
    }

    /// Judges paths in strings, as in `#[serde(with = "crate::view::millis")]`.
    fn judge_literal(&mut self, literal: &proc_macro2::Literal) {
        let text = literal.to_string();
        let text = text.trim_matches('"');
        if ["crate::", "self::", "super::"].iter().any(|start| text.starts_with(start)) {
            let segments = text.split("::").map(str::to_owned).collect();
            self.judge(&Written { segments, from_crates: false, span: literal.span() });
        }
    }

    fn refuse_async(&mut self, span: Span) {
        if self.floor() == Some("domain") {
            self.blame(span, "the domain does nothing asynchronous");
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let has = |name: &str| item.attrs.iter().any(|attribute| attribute.path().is_ident(name));
        if has("path") {
            self.blame(item.ident.span(), "#[path] hides where code stands");
        }
        if has("macro_use") && self.module.is_empty() {
            self.blame(item.ident.span(), "#[macro_use] would give a floor's macros to those below it");
        }
        self.module.push(plain(&item.ident));
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.judge_use(&item.tree, &mut Vec::new(), item);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.blame(item.ident.span(), "`extern crate` gives a crate another name: use its own");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.judge(&written_path(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        if mac.path.is_ident("include") {
            self.blame(mac.path.segments[0].ident.span(), "include! hides where code stands");
        }
        self.judge_tokens(mac.tokens.clone(), &[]);
        visit::visit_macro(self, mac);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.judge_tokens(list.tokens.clone(), &[]);
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(token) = signature.asyncness {
            self.refuse_async(token.span);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expr: &'ast syn::ExprAsync) {
        self.refuse_async(expr.async_token.span);
        visit::visit_expr_async(self, expr);
    }
}

fn written_path(path: &syn::Path) -> Written {
    Written {
        segments: path.segments.iter().map(|segment| plain(&segment.ident)).collect(),
        from_crates: path.leading_colon.is_some(),
        span: path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span()),
    }
}

/// The name without `r#`.
fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

fn is_double_colon(tokens: &[TokenTree]) -> bool {
    let colon = |token: &TokenTree, spacing: Option<Spacing>| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':' && spacing.is_none_or(|spacing| punct.spacing() == spacing),
        _ => false,
    };
    matches!(tokens, [a, b] if colon(a, Some(Spacing::Joint)) && colon(b, None))
}
