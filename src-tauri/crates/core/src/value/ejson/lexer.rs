//! JSON text to tokens, each with its place.

/// What is wrong with a text, and the byte where it is.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// One token of JSON.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenArray,
    /// `]`
    CloseArray,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A string, without its escapes.
    String(String),
    /// A number, as it is written.
    Number(&'a str),
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
    /// The end of the text.
    End,
}

impl Token<'_> {
    /// How a message names it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::OpenObject => "'{'".to_owned(),
            Self::CloseObject => "'}'".to_owned(),
            Self::OpenArray => "'['".to_owned(),
            Self::CloseArray => "']'".to_owned(),
            Self::Colon => "':'".to_owned(),
            Self::Comma => "','".to_owned(),
            Self::String(_) => "a string".to_owned(),
            Self::Number(number) => format!("the number {number:.40}"),
            Self::Bool(value) => value.to_string(),
            Self::Null => "null".to_owned(),
            Self::End => "the end of the text".to_owned(),
        }
    }
}

/// Reads tokens from the front of the text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and the byte where it begins.
    pub(super) fn next(&mut self) -> Result<(usize, Token<'a>), Fault> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let start = self.at;
        let Some(&byte) = bytes.get(start) else { return Ok((start, Token::End)) };
        let token = match byte {
            b'{' => self.single(Token::OpenObject),
            b'}' => self.single(Token::CloseObject),
            b'[' => self.single(Token::OpenArray),
            b']' => self.single(Token::CloseArray),
            b':' => self.single(Token::Colon),
            b',' => self.single(Token::Comma),
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.word()?,
        };
        Ok((start, token))
    }

    fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.at;
        let rest = &self.text[start..];
        let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
        let token = match &rest[..len] {
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "null" => Token::Null,
            "" => {
                let found = rest.chars().next().unwrap_or_default();
                let hint = if found == '\'' { "; strings take double quotes" } else { "" };
                return Err(Fault::new(start, format!("a value is expected, not {found:?}{hint}")));
            }
            word => {
                let message = format!("'{word:.40}' is not JSON; names and strings take double quotes");
                return Err(Fault::new(start, message));
            }
        };
        self.at += len;
        Ok(token)
    }

    /// A number by JSON's grammar.
    fn number(&mut self) -> Result<Token<'a>, Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = start + usize::from(bytes[start] == b'-');
        let whole = digits(end);
        if whole == 0 {
            return Err(Fault::new(start, "a digit is expected after '-'"));
        }
        if whole > 1 && bytes[end] == b'0' {
            return Err(Fault::new(start, "a number cannot begin with 0 and go on with digits"));
        }
        end += whole;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == 0 {
                return Err(Fault::new(end, "a digit is expected after '.'"));
            }
            end += 1 + fraction;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits((end + 1 + signed).min(bytes.len()));
            if exponent == 0 {
                return Err(Fault::new(end, "a digit is expected in the exponent"));
            }
            end += 1 + signed + exponent;
        }
        self.at = end;
        Ok(Token::Number(&self.text[start..end]))
    }

    fn string(&mut self) -> Result<Token<'a>, Fault> {
        let opened = self.at;
        let mut content = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(len) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') else {
                return Err(Fault::new(opened, "this string has no closing double quote"));
            };
            content.push_str(&rest[..len]);
            self.at += len;
            match rest.as_bytes()[len] {
                b'"' => break,
                b'\\' => content.push(self.escape()?),
                b'\n' | b'\r' => {
                    return Err(Fault::new(opened, "this string has no closing double quote on its line"));
                }
                control => {
                    let message = format!("a control character in a string is written \\u{control:04x}");
                    return Err(Fault::new(self.at, message));
                }
            }
        }
        self.at += 1;
        Ok(Token::String(content))
    }

    /// The character of the escape that begins here.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let code = self.text.as_bytes().get(start + 1);
        self.at += 2;
        Ok(match code {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode_escape(start)?,
            _ => {
                return Err(Fault::new(
                    start,
                    "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
                ));
            }
        })
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let first = self.four_hex_digits(start)?;
        let alone = || Fault::new(start, "half of a surrogate pair is not a character");
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(alone);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(alone());
        }
        self.at += 2;
        let second = self.four_hex_digits(start)?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(alone());
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or_else(alone)
    }

    fn four_hex_digits(&mut self, start: usize) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        self.at += 4;
        digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| Fault::new(start, "\\u takes four hex digits"))
    }
}
