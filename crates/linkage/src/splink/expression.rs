//! The part of SQL in which Splink's conditions are written: parsed once, evaluated for a pair of rows.
//!
//! It reads conditions and nothing else: no query, no table. What it does not have is refused by name. Logic is three-valued as in
//! SQL, and functions answer as DuckDB's do, on characters. Times are seconds since 1970.

use rapidfuzz::distance::{damerau_levenshtein, jaro, jaro_winkler, levenshtein};

/// A value of a row, or of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Number(f64),
    Truth(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Constant(Value),
    Column(Side, usize),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    IsNull(Box<Expression>),
    Compare(&'static str, Box<Expression>, Box<Expression>),
    Minus(Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Levenshtein,
    DamerauLevenshtein,
    Jaro,
    JaroWinkler,
    Abs,
    Epoch,
    Strptime,
    Substring,
    Lower,
    Upper,
    Trim,
    Length,
}

const FUNCTIONS: [(&str, Function, usize); 16] = [
    ("levenshtein", Function::Levenshtein, 2),
    ("damerau_levenshtein", Function::DamerauLevenshtein, 2),
    ("jaro_similarity", Function::Jaro, 2),
    ("jaro_winkler_similarity", Function::JaroWinkler, 2),
    ("abs", Function::Abs, 1),
    ("epoch", Function::Epoch, 1),
    ("try_strptime", Function::Strptime, 2),
    ("strptime", Function::Strptime, 2),
    ("substr", Function::Substring, 3),
    ("substring", Function::Substring, 3),
    ("lower", Function::Lower, 1),
    ("lcase", Function::Lower, 1),
    ("upper", Function::Upper, 1),
    ("trim", Function::Trim, 1),
    ("length", Function::Length, 1),
    ("len", Function::Length, 1),
];

/// Texts longer than this, in characters, are compared by this much of them: distances cost the product of both lengths.
const MOST_CHARACTERS: usize = 2000;
/// Brackets within brackets.
const DEEPEST: u32 = 64;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

const SIGNS: [&str; 13] = ["<=", ">=", "<>", "!=", "==", "=", "<", ">", "(", ")", ",", ".", "-"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' || first == '`' {
            let body = &rest[1..];
            let mut found = String::new();
            let mut end = None;
            let mut at = body.char_indices().peekable();
            while let Some((i, c)) = at.next() {
                if c == first {
                    if at.peek().is_some_and(|(_, next)| *next == first) {
                        at.next();
                    } else {
                        end = Some(i + 1);
                        break;
                    }
                }
                found.push(c);
            }
            let end = end.ok_or_else(|| format!("a quotation mark is not closed in {text:?}"))?;
            out.push(if first == '\'' { Token::Text(found) } else { Token::Quoted(found) });
            rest = body[end..].trim_start();
            continue;
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            out.push(Token::Number(rest[..end].parse().map_err(|_| format!("{:?} is no number", &rest[..end]))?));
            rest = rest[end..].trim_start();
        } else if word(first) {
            let end = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
            out.push(Token::Word(rest[..end].to_owned()));
            rest = rest[end..].trim_start();
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            out.push(Token::Sign(sign));
            rest = rest[sign.len()..].trim_start();
        } else {
            return Err(format!("{first:?} is not had"));
        }
    }
    Ok(out)
}

/// Finds or adds the number of a column.
pub(super) type Columns<'a> = &'a mut dyn FnMut(&str) -> usize;

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    columns: Columns<'a>,
}

/// Reads a condition over `"name_l"`, `"name_r"`, `l.name` and `r.name`.
pub(super) fn parse(text: &str, columns: Columns) -> Result<Expression, String> {
    if text.trim().eq_ignore_ascii_case("else") {
        return Ok(Expression::Constant(Value::Truth(true)));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, columns };
    let expression = parser.any()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(token) => Err(format!("{} was not expected", shown(token))),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(t) | Token::Quoted(t) | Token::Text(t) => format!("{t:?}"),
        Token::Number(n) => n.to_string(),
        Token::Sign(s) => format!("{s:?}"),
    }
}

impl Parser<'_> {
    fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Sign(s)) if *s == wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        if self.sign(wanted) { Ok(()) } else { Err(format!("{wanted:?} is missing")) }
    }

    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn not(&mut self) -> Result<Expression, String> {
        if self.word("not") { Ok(Expression::Not(Box::new(self.deeper(Self::not)?))) } else { self.predicate() }
    }

    /// Input decides how deep brackets go; the stack does not.
    fn deeper(&mut self, part: fn(&mut Self) -> Result<Expression, String>) -> Result<Expression, String> {
        if self.depth == DEEPEST {
            return Err("its brackets go too deep".into());
        }
        self.depth += 1;
        let found = part(self);
        self.depth -= 1;
        found
    }

    fn predicate(&mut self) -> Result<Expression, String> {
        let left = self.difference()?;
        if self.word("is") {
            let negated = self.word("not");
            if !self.word("null") {
                return Err("IS is had with NULL alone".into());
            }
            let found = Expression::IsNull(Box::new(left));
            return Ok(if negated { Expression::Not(Box::new(found)) } else { found });
        }
        for sign in ["<=", ">=", "<>", "!=", "==", "=", "<", ">"] {
            if self.sign(sign) {
                return Ok(Expression::Compare(sign, Box::new(left), Box::new(self.difference()?)));
            }
        }
        Ok(left)
    }

    fn difference(&mut self) -> Result<Expression, String> {
        let mut left = self.value()?;
        while self.sign("-") {
            left = Expression::Minus(Box::new(left), Box::new(self.value()?));
        }
        Ok(left)
    }

    fn value(&mut self) -> Result<Expression, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("it ends early")?;
        self.at += 1;
        match token {
            Token::Sign("(") => {
                let inner = self.deeper(Self::any)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("-") => {
                let zero = Expression::Constant(Value::Number(0.0));
                Ok(Expression::Minus(Box::new(zero), Box::new(self.deeper(Self::value)?)))
            }
            Token::Number(n) => Ok(Expression::Constant(Value::Number(n))),
            Token::Text(t) => Ok(Expression::Constant(Value::Text(t))),
            Token::Quoted(name) => self.column(&name),
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "null" => Ok(Expression::Constant(Value::Null)),
                "true" => Ok(Expression::Constant(Value::Truth(true))),
                "false" => Ok(Expression::Constant(Value::Truth(false))),
                _ if self.sign("(") => self.call(&word),
                _ => self.column(&word),
            },
            Token::Sign(sign) => Err(format!("{sign:?} was not expected")),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, String> {
        let lower = name.to_ascii_lowercase();
        let Some((_, function, count)) = FUNCTIONS.iter().find(|f| f.0 == lower) else {
            return Err(format!("the function {name} is not had"));
        };
        let mut arguments = Vec::new();
        while !self.sign(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.deeper(Self::any)?);
        }
        if arguments.len() != *count {
            return Err(format!("{name} takes {count} values and was given {}", arguments.len()));
        }
        if *function == Function::Strptime {
            match &arguments[1] {
                Expression::Constant(Value::Text(format)) if format_is_had(format) => {}
                _ => return Err(format!("{name} is had with formats of %Y, %m and %d alone")),
            }
        }
        Ok(Expression::Call(*function, arguments))
    }

    fn column(&mut self, name: &str) -> Result<Expression, String> {
        let side = |letter: &str| match letter {
            "l" | "L" => Some(Side::Left),
            "r" | "R" => Some(Side::Right),
            _ => None,
        };
        if self.sign(".") {
            let side = side(name).ok_or_else(|| format!("{name:?} is neither l nor r"))?;
            let token = self.tokens.get(self.at).cloned();
            self.at += 1;
            return match token {
                Some(Token::Word(column) | Token::Quoted(column)) => {
                    Ok(Expression::Column(side, (self.columns)(&column)))
                }
                _ => Err("a column's name is missing".into()),
            };
        }
        let (column, letter) = name.rsplit_once('_').ok_or_else(|| format!("{name:?} is no column of either side"))?;
        let side = side(letter).ok_or_else(|| format!("{name:?} is no column of either side"))?;
        Ok(Expression::Column(side, (self.columns)(column)))
    }
}

fn format_is_had(format: &str) -> bool {
    let bare = format.replace("%Y", "").replace("%m", "").replace("%d", "");
    !bare.contains('%') && ["%Y", "%m", "%d"].iter().all(|part| format.matches(part).count() == 1)
}

/// Seconds since 1970 of a date written in a format of `%Y`, `%m` and `%d`; `None` when it is not.
fn strptime(text: &str, format: &str) -> Option<f64> {
    let (mut rest, mut form) = (text.trim(), format);
    let (mut year, mut month, mut day) = (0i32, 0i32, 0i32);
    while let Some(c) = form.chars().next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            form = &form[c.len_utf8()..];
            continue;
        }
        let (slot, most) = match form.get(..2)? {
            "%Y" => (&mut year, 4),
            "%m" => (&mut month, 2),
            _ => (&mut day, 2),
        };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        *slot = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        form = &form[2..];
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (rest.is_empty() && (1..=last).contains(&day))
        .then(|| f64::from(crate::packed::day_number(year, month, day)) * 86_400.0)
}

/// The two rows that a condition is asked about.
pub(super) type Rows<'a> = (&'a [Option<String>], &'a [Option<String>]);

impl Value {
    pub fn is_true(&self) -> bool {
        *self == Self::Truth(true)
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null | Self::Truth(_) => None,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(n) => Some(n.to_string()),
            Self::Null | Self::Truth(_) => None,
        }
    }
}

impl Expression {
    pub fn evaluate(&self, rows: Rows) -> Value {
        let truth = |found: Option<bool>| found.map_or(Value::Null, Value::Truth);
        match self {
            Self::Constant(value) => value.clone(),
            Self::Column(side, at) => {
                let row = if *side == Side::Left { rows.0 } else { rows.1 };
                row.get(*at).cloned().flatten().map_or(Value::Null, Value::Text)
            }
            Self::Not(inner) => match inner.evaluate(rows) {
                Value::Truth(found) => Value::Truth(!found),
                _ => Value::Null,
            },
            Self::All(parts) => together(parts, rows, false),
            Self::Any(parts) => together(parts, rows, true),
            Self::IsNull(inner) => Value::Truth(inner.evaluate(rows) == Value::Null),
            Self::Minus(a, b) => {
                let both = a.evaluate(rows).number().zip(b.evaluate(rows).number());
                both.map_or(Value::Null, |(a, b)| Value::Number(a - b))
            }
            Self::Compare(sign, a, b) => truth(compare(sign, a.evaluate(rows), b.evaluate(rows))),
            Self::Call(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|a| a.evaluate(rows)).collect();
                call(*function, values).unwrap_or(Value::Null)
            }
        }
    }

    /// Which sides it reads.
    pub fn sides(&self) -> (bool, bool) {
        let of_all = |parts: &mut dyn Iterator<Item = &Expression>| {
            parts.map(Self::sides).fold((false, false), |a, b| (a.0 || b.0, a.1 || b.1))
        };
        match self {
            Self::Constant(_) => (false, false),
            Self::Column(side, _) => (*side == Side::Left, *side == Side::Right),
            Self::Not(inner) | Self::IsNull(inner) => inner.sides(),
            Self::All(parts) | Self::Any(parts) | Self::Call(_, parts) => of_all(&mut parts.iter()),
            Self::Minus(a, b) | Self::Compare(_, a, b) => of_all(&mut [a.as_ref(), b.as_ref()].into_iter()),
        }
    }
}

/// AND, or OR: what decides is found first, then NULL, then the other.
fn together(parts: &[Expression], rows: Rows, decides: bool) -> Value {
    let mut unknown = false;
    for part in parts {
        match part.evaluate(rows) {
            Value::Truth(found) if found == decides => return Value::Truth(decides),
            Value::Truth(_) => {}
            _ => unknown = true,
        }
    }
    if unknown { Value::Null } else { Value::Truth(!decides) }
}

fn compare(sign: &str, a: Value, b: Value) -> Option<bool> {
    let order = match (&a, &b) {
        (Value::Null, _) | (_, Value::Null) => return None,
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Truth(a), Value::Truth(b)) => a.cmp(b),
        _ => a.number()?.partial_cmp(&b.number()?)?,
    };
    Some(match sign {
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        "=" | "==" => order.is_eq(),
        _ => order.is_ne(),
    })
}

fn call(function: Function, values: Vec<Value>) -> Option<Value> {
    let mut values = values.into_iter();
    let first = values.next()?;
    if let Function::Abs | Function::Epoch = function {
        let number = first.number()?;
        return Some(Value::Number(if function == Function::Abs { number.abs() } else { number }));
    }
    let text = first.text()?;
    let start: String = text.chars().take(MOST_CHARACTERS).collect();
    let mut other = || values.next().and_then(Value::text).map(|t| t.chars().take(MOST_CHARACTERS).collect::<String>());
    let number = |n: f64| Some(Value::Number(n));
    match function {
        Function::Levenshtein => number(levenshtein::distance(start.chars(), other()?.chars()) as f64),
        Function::DamerauLevenshtein => number(damerau_levenshtein::distance(start.chars(), other()?.chars()) as f64),
        Function::Jaro | Function::JaroWinkler => {
            let other = other()?;
            // Of two empty texts DuckDB says 0.
            if start.is_empty() && other.is_empty() {
                return number(0.0);
            }
            number(match function {
                Function::Jaro => jaro::similarity(start.chars(), other.chars()),
                _ => jaro_winkler::similarity(start.chars(), other.chars()),
            })
        }
        Function::Strptime => strptime(&text, &other()?).map(Value::Number),
        Function::Substring => {
            let (from, length) = (values.next()?.number()?, values.next()?.number()?);
            let skip = (from - 1.0).max(0.0) as usize;
            Some(Value::Text(text.chars().skip(skip).take(length.max(0.0) as usize).collect()))
        }
        Function::Lower => Some(Value::Text(text.to_lowercase())),
        Function::Upper => Some(Value::Text(text.to_uppercase())),
        Function::Trim => Some(Value::Text(text.trim().to_owned())),
        Function::Length => number(text.chars().count() as f64),
        Function::Abs | Function::Epoch => None,
    }
}
