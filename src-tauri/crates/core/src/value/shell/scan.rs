//! A look at the tokens before the parser sees them.
//!
//! The parser recurses on its input, so what it is given must not be nested too deep: brackets and operators are
//! counted here, without recursion. What the count could not be sure of, because it lets JavaScript nest without a
//! bracket (`=>`, `?`, a body after `)`, most keywords), is no part of a value and is refused at once.

use super::build::{MAX_DEPTH, too_deep};
use super::{lexeme, words};
use crate::value::ejson::Fault;

/// Brackets that may be open at once: the levels that MongoDB stores, and some for wrappers, calls and parentheses.
const MAX_NESTING: usize = MAX_DEPTH + 20;
/// Operators that may stand between the commas around a value.
const MAX_OPERATORS: usize = 200;

/// One token, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// `{`, `[` or `(`
    Open(char),
    /// `}`, `]` or `)`
    Close(char),
    Comma,
    Colon,
    Dot,
    /// An operator of arithmetic.
    Operator(&'t str),
    /// A name, or a word of the language.
    Word(&'t str),
    Number(&'t str),
    /// A string in any quotes.
    Text,
    Regex,
    /// A character that no value has.
    Other(char),
    End,
}

impl Token<'_> {
    /// How a message names it.
    fn describe(self) -> String {
        match self {
            Self::Open(sign) | Self::Close(sign) | Self::Other(sign) => format!("{sign:?}"),
            Self::Comma => "','".to_owned(),
            Self::Colon => "':'".to_owned(),
            Self::Dot => "'.'".to_owned(),
            Self::Operator(sign) => format!("'{sign}'"),
            Self::Word(word) => format!("'{word:.40}'"),
            Self::Number(number) => format!("the number {number:.40}"),
            Self::Text => "a string".to_owned(),
            Self::Regex => "a regular expression".to_owned(),
            Self::End => "the end of the text".to_owned(),
        }
    }
}

/// What came last.
#[derive(Clone, Copy, PartialEq)]
enum After {
    /// Nothing, an opening bracket or a comma.
    Separator,
    /// A field's name.
    Name,
    Colon,
    Dot,
    Operator,
    Value,
}

/// A bracket that is open.
struct Level {
    /// None around everything.
    bracket: Option<char>,
    /// Operators since the last comma.
    operators: usize,
}

/// Walks over the tokens of a text.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    after: After,
    levels: Vec<Level>,
    /// Those of all levels.
    operators: usize,
    /// A word of the language and its place: it has to be the name of a field.
    keyword: Option<(usize, &'t str)>,
}

/// Whether the parser may be given this text; or the first thing that no value has.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let mut scanner = Scanner::new(text);
    while scanner.step()? != Token::End {}
    Ok(())
}

/// What is expected at a place where the parser stopped, and what is there.
pub(super) fn explain(text: &str, at: usize) -> Fault {
    let mut scanner = Scanner::new(text);
    loop {
        let expected = scanner.expected();
        let start = scanner.at;
        match scanner.step() {
            Err(fault) => return fault,
            Ok(token) if scanner.at > at || token == Token::End => {
                let start = start + lexeme::space(&text[start..]).unwrap_or_default();
                return Fault::new(start, format!("{expected} is expected, not {}", token.describe()));
            }
            Ok(_) => {}
        }
    }
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        let levels = vec![Level { bracket: None, operators: 0 }];
        Self { text, at: 0, after: After::Separator, levels, operators: 0, keyword: None }
    }

    fn bracket(&self) -> Option<char> {
        self.levels.last().and_then(|level| level.bracket)
    }

    /// What may come next.
    fn expected(&self) -> &'static str {
        match (self.after, self.bracket()) {
            (After::Name, _) => "':' after the name",
            (After::Dot, _) => "a name",
            (After::Separator, Some('{')) => "a name or '}'",
            (After::Separator, Some('[')) => "a value or ']'",
            (After::Separator, Some(_)) => "a value or ')'",
            (After::Separator | After::Colon | After::Operator, _) => "a value",
            (After::Value, Some('{')) => "',' or '}'",
            (After::Value, Some('[')) => "',' or ']'",
            (After::Value, Some(_)) => "',' or ')'",
            (After::Value, None) => "nothing after the end",
        }
    }

    /// Passes one token.
    fn step(&mut self) -> Result<Token<'t>, Fault> {
        let start = self.at + lexeme::space(&self.text[self.at..]).map_err(|fault| fault.later(self.at))?;
        let regex = matches!(self.after, After::Separator | After::Colon | After::Operator);
        let (token, len) = lexeme::token(&self.text[start..], regex).map_err(|fault| fault.later(start))?;
        if let Some((place, word)) = self.keyword.take()
            && token != Token::Colon
        {
            return Err(words::refusal(place, word));
        }
        let allowed = match token {
            Token::Open('{') => !matches!(self.after, After::Value | After::Name | After::Dot),
            Token::Close(sign) => self.bracket().is_some_and(|open| closes(open, sign)),
            Token::Comma => self.levels.len() > 1,
            Token::Dot => self.after == After::Value,
            Token::Operator("--" | "++") | Token::Other(_) => false,
            Token::End => self.levels.len() == 1 && self.after == After::Value,
            _ => true,
        };
        if !allowed {
            let message = format!("{} is expected, not {}", self.expected(), token.describe());
            return Err(Fault::new(start, message));
        }
        self.at = start + len;
        self.after = self.pass(start, token)?;
        Ok(token)
    }

    /// Counts a token, and tells what the next one comes after.
    fn pass(&mut self, start: usize, token: Token<'t>) -> Result<After, Fault> {
        let names = self.after == After::Separator && self.bracket() == Some('{');
        Ok(match token {
            Token::Open(sign) => {
                if self.levels.len() > MAX_NESTING {
                    return Err(too_deep(start));
                }
                self.levels.push(Level { bracket: Some(sign), operators: 0 });
                After::Separator
            }
            Token::Close(_) => {
                self.operators -= self.levels.pop().map_or(0, |level| level.operators);
                After::Value
            }
            Token::Comma => {
                if let Some(level) = self.levels.last_mut() {
                    self.operators -= std::mem::take(&mut level.operators);
                }
                After::Separator
            }
            Token::Colon => After::Colon,
            Token::Dot => After::Dot,
            Token::Word("new") if !names && self.after != After::Dot => self.count_operator(start)?,
            Token::Operator(_) => self.count_operator(start)?,
            Token::Word(word) => {
                if self.after != After::Dot && words::is_keyword(word) {
                    self.keyword = Some((start, word));
                }
                if names { After::Name } else { After::Value }
            }
            Token::Number(_) | Token::Text if names => After::Name,
            _ => After::Value,
        })
    }

    fn count_operator(&mut self, start: usize) -> Result<After, Fault> {
        self.operators += 1;
        if let Some(level) = self.levels.last_mut() {
            level.operators += 1;
        }
        if self.operators > MAX_OPERATORS {
            return Err(Fault::new(start, format!("an expression has at most {MAX_OPERATORS} operators")));
        }
        Ok(After::Operator)
    }
}

fn closes(open: char, sign: char) -> bool {
    matches!((open, sign), ('{', '}') | ('[', ']') | ('(', ')'))
}
