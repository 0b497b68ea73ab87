//! Connection strings: parsed at the edge, never printed with their password.

use std::fmt;

use mongodb::options::ConnectionString;

use crate::{Error, Result};

/// A MongoDB connection string. It cannot be printed or serialised with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionUri {
    scheme: &'static str,
    user: Option<String>,
    password: Option<String>,
    /// Hosts, path and options, exactly as written.
    rest: String,
}

/// Options whose values are secrets (`authMechanismProperties` may hold a session token).
const SECRET_OPTIONS: [&str; 3] =
    ["tlscertificatekeyfilepassword", "authmechanismproperties", "proxypassword"];

impl ConnectionUri {
    /// Parses a `mongodb://` or `mongodb+srv://` string. Says what is wrong without repeating the password.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let (scheme, after) = if let Some(after) = text.strip_prefix("mongodb://") {
            ("mongodb://", after)
        } else if let Some(after) = text.strip_prefix("mongodb+srv://") {
            ("mongodb+srv://", after)
        } else {
            return Err(Error::invalid("A connection string begins with mongodb:// or mongodb+srv://.")
                .with_hint("For example mongodb://127.0.0.1:27017/?replicaSet=rs0"));
        };
        let authority_end = after.find(['/', '?']).unwrap_or(after.len());
        let (credentials, rest_start) = match after[..authority_end].rfind('@') {
            Some(at) => (Some(&after[..at]), at + 1),
            None => (None, 0),
        };
        if credentials.is_none()
            && after[authority_end..].contains('@')
            && after[..authority_end].contains(':')
        {
            return Err(Error::invalid(
                "The user name or the password holds a '/' or a '?' that is not escaped.",
            )
            .with_hint(
                "Write / as %2F, ? as %3F, @ as %40 and : as %3A inside the user name and the password.",
            ));
        }
        let (user, password) = match credentials.map(|credentials| credentials.split_once(':')) {
            Some(Some((user, password))) => (Some(user.to_owned()), Some(password.to_owned())),
            Some(None) => (credentials.map(str::to_owned), None),
            None => (None, None),
        };
        let uri = Self { scheme, user, password, rest: after[rest_start..].to_owned() };
        if uri.hosts().split(',').any(has_no_port_behind_its_colon) {
            // What stands there may be a password without a host behind it, so it is not repeated.
            return Err(Error::invalid(
                "Behind the ':' of a host stands its port, a number from 1 to 65535.",
            )
            .with_hint(
                "A user name and a password stand before the hosts: mongodb://user:password@host:27017/",
            ));
        }
        uri.driver_form()?;
        Ok(uri)
    }

    /// The connection string without any secret, fit to be shown, stored and logged.
    #[must_use]
    pub fn redacted(&self) -> String {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let (before, options) = match self.rest.split_once('?') {
            Some((before, options)) => (before, Some(options)),
            None => (self.rest.as_str(), None),
        };
        let options = options.map(|options| {
            let kept: Vec<_> = options.split('&').filter(|option| !is_secret(option)).collect();
            if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
        });
        format!("{}{user}{before}{}", self.scheme, options.unwrap_or_default())
    }

    /// The same servers, user and options are the same connection, whatever the password: a name for its files.
    pub(crate) fn identity(&self) -> String {
        blake3::hash(self.redacted().as_bytes()).to_hex()[..16].to_owned()
    }

    /// The hosts as written, with commas between: no user, no database, no options.
    #[must_use]
    pub fn hosts(&self) -> &str {
        let end = self.rest.find(['/', '?']).unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    /// The same connection with another password, given as it is typed, not escaped.
    #[must_use]
    pub fn with_password(&self, password: &str) -> Self {
        Self { password: Some(escape(password)), ..self.clone() }
    }

    /// The user's name as written.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Whether it holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The driver's own parse of it. The driver's words are kept only where they cannot hold a secret.
    pub(crate) fn driver_form(&self) -> Result<ConnectionString> {
        ConnectionString::parse(self.revealed()).map_err(|error| match error.kind.as_ref() {
            mongodb::error::ErrorKind::InvalidArgument { message, .. } if !self.may_be_told_by(message) => {
                Error::invalid(format!("The connection string cannot be used: {message}."))
            }
            _ => Error::invalid("The connection string cannot be used: check its hosts and its options."),
        })
    }

    fn revealed(&self) -> String {
        let credentials = match (&self.user, &self.password) {
            (Some(user), Some(password)) => format!("{user}:{password}@"),
            (Some(user), None) => format!("{user}@"),
            _ => String::new(),
        };
        format!("{}{credentials}{}", self.scheme, self.rest)
    }

    /// Whether these words of the driver may hold a secret, also one that stands where it does not belong: the
    /// driver quotes whatever it cannot read.
    fn may_be_told_by(&self, message: &str) -> bool {
        let (place, options) = self.rest.split_once('?').unwrap_or((&self.rest, ""));
        let told = |part: &str| !part.is_empty() && message.contains(part);
        // An '@' behind the hosts, or an option that is none, is the end of a password that was not escaped.
        let cut = |option: &str| !option.is_empty() && !option.contains('=');
        self.password.as_deref().is_some_and(told)
            || place.split([',', ':', '/']).any(told)
            || options.contains('@')
            || options.split('&').any(|option| is_secret(option) || cut(option))
    }
}

impl fmt::Debug for ConnectionUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.redacted())
    }
}

fn is_secret(option: &str) -> bool {
    let name = option.split('=').next().unwrap_or_default();
    SECRET_OPTIONS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

fn has_no_port_behind_its_colon(host: &str) -> bool {
    // The colons of an IPv6 address stand in brackets.
    let behind_brackets = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    behind_brackets.split_once(':').is_some_and(|(_, port)| !port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "canary-7f3a";

    #[test]
    fn a_password_is_in_no_text_that_is_made_of_a_uri() {
        for text in [
            format!("mongodb://ada:{SECRET}@a.example:27017,b.example/db?replicaSet=rs0"),
            format!("mongodb+srv://ada:{SECRET}@cluster.example/"),
            format!(
                "mongodb://ada@a.example/?authMechanism=MONGODB-X509&authMechanismProperties=TOKEN:{SECRET}"
            ),
        ] {
            let uri = ConnectionUri::parse(&text).expect("a good URI");
            assert!(!uri.redacted().contains(SECRET), "{}", uri.redacted());
            assert!(!format!("{uri:?}").contains(SECRET));
        }
    }

    #[test]
    fn a_bad_uri_is_refused_in_words_without_its_password() {
        for text in [
            "localhost:27017".to_owned(),
            "http://a".to_owned(),
            "mongodb://".to_owned(),
            format!("mongodb://ada:{SECRET}/x@a.example"),
            format!("mongodb://ada:{SECRET}@x@a.example"),
            format!("mongodb://ada:{SECRET}%zz@a.example"),
            format!("mongodb://ada:{SECRET}@a.example:999999"),
            format!("mongodb://ada:{SECRET}@a.example/?connectTimeoutMS=soon"),
            format!("mongodb://a.example/?tlsCertificateKeyFilePassword={SECRET}&tls=maybe"),
            // Without a host, or with the host before it, the password stands where a port is expected.
            format!("mongodb://ada:{SECRET}"),
            format!("mongodb+srv://ada:{SECRET}/"),
            format!("mongodb://[ada:{SECRET}"),
            format!("mongodb://[::1]{SECRET}/"),
            format!("mongodb://ada@a.example:{SECRET}/"),
            format!("mongodb://{SECRET}:x,a.example/"),
            // Characters that end a part of the string, unescaped inside a password.
            format!("mongodb://ada:zz@zz?{SECRET}@a.example"),
            format!("mongodb://ada:zz@zz?{SECRET}=1@a.example"),
            format!("mongodb://ada:{SECRET}#zz@a.example/?x"),
            format!("mongodb://a.example/?authMechanismProperties=TOKEN:zz,{SECRET}"),
            format!("mongodb://a.example/?authMechanismProperties=TOKEN:zz&{SECRET}"),
            format!("mongodb://a.example/?authMechanismProperties={SECRET}%2Fzz"),
        ] {
            let error = ConnectionUri::parse(&text).expect_err(&text);
            assert_eq!(error.code(), crate::ErrorCode::InvalidInput);
            assert!(!format!("{:?}", error.body()).contains(SECRET), "{:?}", error.body());
        }
    }

    #[test]
    fn a_mistake_that_is_no_secret_is_named() {
        for (text, named) in [
            ("mongodb://a.example:270170/", "1 to 65535"),
            ("mongodb://ada:zz@a.example/?connectTimeoutMS=soon", "connecttimeoutms"),
            ("mongodb://ada:zz@a.example/?replicSet=rs0", "replicaset"),
            ("mongodb://a.example/?readPreference=first", "'first'"),
        ] {
            let error = ConnectionUri::parse(text).expect_err(text);
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
        for text in
            ["mongodb://[::1]:27017,[::1]/", "mongodb://%2Ftmp%2Fmongodb-27017.sock/", "mongodb://a:1,b"]
        {
            assert!(ConnectionUri::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_redacted_uri_takes_its_password_again() {
        let uri = ConnectionUri::parse("mongodb://ada:x@a.example/?replicaSet=rs0").expect("a good URI");
        let again = ConnectionUri::parse(&uri.redacted()).expect("still a URI").with_password("p@ss/:word");
        assert_eq!(again.revealed(), "mongodb://ada:p%40ss%2F%3Aword@a.example/?replicaSet=rs0");
        assert_eq!(
            again.driver_form().expect("good").credential.and_then(|c| c.password).as_deref(),
            Some("p@ss/:word")
        );
    }
}
