//! From the syntax tree to raw BSON: an allow-list of kinds of nodes, and everything else is refused by its place.
//!
//! Documents and arrays are walked with a stack of their own. Operands and arguments are read by recursion, which
//! [`scan`](super::scan) has bounded.

use std::slice;

use oxc_ast::ast::{
    ArrayExpressionElement, BinaryExpression, Expression, ObjectProperty, ObjectPropertyKind, PropertyKey,
    PropertyKind, UnaryExpression, UnaryOperator,
};
use oxc_span::{GetSpan, Span};

use super::{
    arithmetic,
    build::{Builder, MAX_DEPTH, too_deep},
    call, constant, literal, scan,
    value::Value,
};
use crate::value::{
    ejson::{Fault, TextValue},
    number::Number,
    raw,
    typed::Kind,
};

/// What is read, and when.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) now_ms: i64,
}

/// A literal of a document or an array whose elements are being read.
enum Open<'a> {
    Object(slice::Iter<'a, ObjectPropertyKind<'a>>),
    Array(slice::Iter<'a, ArrayExpressionElement<'a>>),
}

/// The byte where a node begins.
pub(super) fn place(node: &impl GetSpan) -> usize {
    node.span().start as usize
}

/// Nothing of this kind is ever read.
pub(super) fn refused(at: usize, what: &str) -> Fault {
    Fault::new(at, format!("{what} is not allowed: values are read and nothing is run"))
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, now_ms: i64) -> Self {
        Self { text, now_ms }
    }

    /// Reads a value of any type.
    pub(super) fn read(&self, expression: &Expression<'_>) -> Result<TextValue, Fault> {
        let mut builder = Builder::new();
        let mut open = Vec::new();
        self.begin(expression, &mut builder, &mut open)?;
        while let Some(container) = open.last_mut() {
            let next = match container {
                Open::Object(properties) => match properties.next() {
                    Some(ObjectPropertyKind::ObjectProperty(property)) => {
                        builder.begin_field(place(&property.key), &self.name(property)?)?;
                        Some(&property.value)
                    }
                    Some(ObjectPropertyKind::SpreadProperty(spread)) => {
                        return Err(refused(place(&**spread), "'...'"));
                    }
                    None => None,
                },
                Open::Array(elements) => match elements.next() {
                    Some(element) => {
                        builder.begin_item();
                        let missing = || Fault::new(place(element), "a value is expected before this comma");
                        Some(element.as_expression().ok_or_else(missing)?)
                    }
                    None => None,
                },
            };
            if let Some(expression) = next {
                self.begin(expression, &mut builder, &mut open)?;
            } else {
                builder.close()?;
                open.pop();
            }
        }
        builder.finish()
    }

    fn begin<'a>(
        &self,
        expression: &'a Expression<'a>,
        builder: &mut Builder,
        open: &mut Vec<Open<'a>>,
    ) -> Result<(), Fault> {
        let at = place(expression);
        match expression {
            Expression::ObjectExpression(object) => {
                builder.open_object(at)?;
                open.push(Open::Object(object.properties.iter()));
            }
            Expression::ArrayExpression(array) => {
                builder.open_array(at)?;
                open.push(Open::Array(array.elements.iter()));
            }
            _ => {
                let (kind, bytes) = self.value(expression)?.encode();
                // What a call was given as an argument begins its own count of levels.
                let levels = raw::levels(kind, &bytes);
                if levels > 0 && builder.level() + levels > MAX_DEPTH + 1 {
                    return Err(too_deep(at));
                }
                builder.put(kind, &bytes);
            }
        }
        Ok(())
    }

    /// Reads a value as an operand or an argument.
    pub(super) fn value(&self, expression: &Expression<'_>) -> Result<Value, Fault> {
        let at = place(expression);
        let number = |number: Result<Number, String>| {
            number.map(Value::Number).map_err(|message| Fault::new(at, message))
        };
        Ok(match expression {
            Expression::NullLiteral(_) => Value::Other(Kind::Null, Vec::new()),
            Expression::BooleanLiteral(literal) => Value::Other(Kind::Bool, vec![u8::from(literal.value)]),
            Expression::StringLiteral(literal) => {
                Value::text(whole(at, &literal.value, literal.lone_surrogates)?)
            }
            Expression::TemplateLiteral(template) => {
                let part = template.quasis.first().filter(|_| template.expressions.is_empty());
                let part = part.ok_or_else(|| refused(at, "'${'"))?;
                let cooked = part.value.cooked.as_ref().map_or("", |text| text.as_str());
                Value::text(whole(at, cooked, part.lone_surrogates)?)
            }
            Expression::NumericLiteral(literal) => {
                return number(literal::number(false, self.source(literal.span), literal.value));
            }
            Expression::BigIntLiteral(literal) => Value::long(self.big_integer(false, at, literal.span)?),
            Expression::RegExpLiteral(literal) => {
                let pattern = literal.regex.pattern.text.as_str();
                let flags = self.source(literal.span).rsplit('/').next().unwrap_or_default();
                Value::regex(pattern, &literal::options(flags))
                    .ok_or_else(|| Fault::new(at, "a regular expression cannot hold the character U+0000"))?
            }
            Expression::UnaryExpression(unary) => self.unary(unary)?,
            Expression::BinaryExpression(binary) => self.binary(binary)?,
            Expression::Identifier(_) | Expression::StaticMemberExpression(_) => constant::read(expression)?,
            Expression::CallExpression(call) => call::read(self, at, &call.callee, &call.arguments)?,
            Expression::NewExpression(new) => call::read(self, at, &new.callee, &new.arguments)?,
            Expression::ObjectExpression(_) | Expression::ArrayExpression(_) => {
                let TextValue { kind, bytes } = self.read(expression)?;
                Value::Other(kind, bytes)
            }
            Expression::ComputedMemberExpression(_) => return Err(refused(at, "a part of a value")),
            Expression::SequenceExpression(_) => return Err(refused(at, "a list of expressions")),
            Expression::TaggedTemplateExpression(_) => return Err(refused(at, "a string behind a name")),
            _ => return Err(refused(at, "this expression")),
        })
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn big_integer(&self, negative: bool, at: usize, literal: Span) -> Result<i64, Fault> {
        let written = self.source(literal);
        literal::big_integer(negative, written).ok_or_else(|| {
            Fault::new(
                at,
                format!("'{written:.40}' is beyond 64 bits; NumberDecimal(\"...\") holds 34 digits"),
            )
        })
    }

    /// A field's name: as it is, in quotes, or a whole number.
    fn name(&self, property: &ObjectProperty<'_>) -> Result<String, Fault> {
        let at = place(property);
        if property.method || property.kind != PropertyKind::Init {
            return Err(refused(at, "a method"));
        }
        if property.computed {
            return Err(refused(at, "a name in brackets"));
        }
        if property.shorthand {
            return Err(scan::explain(self.text, property.span.end as usize));
        }
        match &property.key {
            PropertyKey::StaticIdentifier(name) => Ok(name.name.as_str().to_owned()),
            PropertyKey::StringLiteral(literal) => {
                whole(at, &literal.value, literal.lone_surrogates).map(str::to_owned)
            }
            PropertyKey::NumericLiteral(literal) if is_plain(self.source(literal.span)) => {
                Ok(self.source(literal.span).to_owned())
            }
            _ => Err(Fault::new(at, "a name that is a number is whole and below 2^53, or stands in quotes")),
        }
    }

    fn unary(&self, unary: &UnaryExpression<'_>) -> Result<Value, Fault> {
        let at = place(unary);
        let negative = match unary.operator {
            UnaryOperator::UnaryNegation => true,
            UnaryOperator::UnaryPlus => false,
            _ => return Err(refused(at, "this operator")),
        };
        // The sign belongs to the literal: the smallest integers have no positive counterpart.
        match &unary.argument {
            Expression::NumericLiteral(literal) => {
                let number = literal::number(negative, self.source(literal.span), literal.value);
                return number.map(Value::Number).map_err(|message| Fault::new(at, message));
            }
            Expression::BigIntLiteral(literal) if negative => {
                return self.big_integer(negative, at, literal.span).map(Value::long);
            }
            _ => {}
        }
        let number = self.value(&unary.argument)?.as_number().ok_or_else(|| {
            Fault::new(at, "a sign takes a plain number; that of a call stands inside its parentheses")
        })?;
        Ok(Value::Number(if negative { arithmetic::negated(number) } else { number }))
    }

    fn binary(&self, binary: &BinaryExpression<'_>) -> Result<Value, Fault> {
        let left = self.value(&binary.left)?;
        let right = self.value(&binary.right)?;
        arithmetic::binary(&left, binary.operator, &right)
            .map_err(|message| Fault::new(place(binary), message))
    }
}

/// A text whose escapes were read, if all of them are characters.
fn whole(at: usize, text: &str, lone_surrogates: bool) -> Result<&str, Fault> {
    if lone_surrogates {
        return Err(Fault::new(at, "half of a surrogate pair is not a character"));
    }
    Ok(text)
}

/// Whether JavaScript shows a number as it is written.
fn is_plain(written: &str) -> bool {
    written.bytes().all(|byte| byte.is_ascii_digit())
        && written.parse().is_ok_and(|number: u64| number < 1 << 53)
}
