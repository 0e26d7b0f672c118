//! The part of SQL in which Splink's conditions are written: parsed once, evaluated for a pair of rows.
//!
//! It reads conditions and nothing else: no query, no table. What it does not have is refused by name. Logic is three-valued as in
//! SQL, and functions answer as DuckDB's do, on characters. Times are seconds since 1970.

use super::function::{FUNCTIONS, Function, call};

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
    /// The sign: `+`, `-`, `*`, `/`.
    Sum(&'static str, Box<Expression>, Box<Expression>),
    /// Conditions with what holds under each, then what holds otherwise.
    Case(Vec<(Expression, Expression)>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

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

const SIGNS: [&str; 16] = ["<=", ">=", "<>", "!=", "==", "=", "<", ">", "(", ")", ",", ".", "-", "+", "*", "/"];

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

    /// Of sums, products before them.
    fn difference(&mut self) -> Result<Expression, String> {
        self.chain(&["-", "+"], |parser| parser.chain(&["*", "/"], Self::value))
    }

    fn chain(
        &mut self,
        signs: &[&'static str],
        part: fn(&mut Self) -> Result<Expression, String>,
    ) -> Result<Expression, String> {
        let mut left = part(self)?;
        let mut length = 0;
        while let Some(sign) = signs.iter().find(|sign| self.sign(sign)) {
            length += 1;
            // What is built here is as deep as it is long.
            if length > DEEPEST {
                return Err("its sums are too long".into());
            }
            left = Expression::Sum(sign, Box::new(left), Box::new(part(self)?));
        }
        Ok(left)
    }

    /// Behind CASE.
    fn case(&mut self) -> Result<Expression, String> {
        let mut cases = Vec::new();
        while self.word("when") {
            let condition = self.deeper(Self::any)?;
            if !self.word("then") {
                return Err("THEN is missing".into());
            }
            cases.push((condition, self.deeper(Self::any)?));
        }
        let otherwise = match self.word("else") {
            true => self.deeper(Self::any)?,
            false => Expression::Constant(Value::Null),
        };
        if cases.is_empty() || !self.word("end") {
            return Err("CASE is had with WHEN, and needs an END".into());
        }
        Ok(Expression::Case(cases, Box::new(otherwise)))
    }

    /// Behind CAST and its bracket: numbers stay as they are, and nothing else is made of a value.
    fn cast(&mut self) -> Result<Expression, String> {
        let inner = self.deeper(Self::any)?;
        let is_number = self.word("as") && ["float", "double", "integer", "int", "bigint"].iter().any(|t| self.word(t));
        match is_number {
            true => self.expect(")").map(|()| inner),
            false => Err("CAST is had with numbers alone".into()),
        }
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
                Ok(Expression::Sum("-", Box::new(zero), Box::new(self.deeper(Self::value)?)))
            }
            Token::Number(n) => Ok(Expression::Constant(Value::Number(n))),
            Token::Text(t) => Ok(Expression::Constant(Value::Text(t))),
            Token::Quoted(name) => self.column(&name),
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "null" => Ok(Expression::Constant(Value::Null)),
                "true" => Ok(Expression::Constant(Value::Truth(true))),
                "false" => Ok(Expression::Constant(Value::Truth(false))),
                "case" => self.deeper(Self::case),
                "cast" if self.sign("(") => self.cast(),
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
        let constant = match arguments.get(1) {
            Some(Expression::Constant(Value::Text(text))) => Some(text.as_str()),
            _ => None,
        };
        function.check(constant).map_err(|why| format!("{name} is had with {why} alone"))?;
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

/// The two rows that a condition is asked about.
pub(super) type Rows<'a> = (&'a [Option<String>], &'a [Option<String>]);

impl Value {
    pub fn is_true(&self) -> bool {
        *self == Self::Truth(true)
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null | Self::Truth(_) => None,
        }
    }

    pub fn text(self) -> Option<String> {
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
            Self::Sum(sign, a, b) => {
                let Some((a, b)) = a.evaluate(rows).number().zip(b.evaluate(rows).number()) else { return Value::Null };
                match *sign {
                    "-" => Value::Number(a - b),
                    "+" => Value::Number(a + b),
                    "*" => Value::Number(a * b),
                    _ if b == 0.0 => Value::Null,
                    _ => Value::Number(a / b),
                }
            }
            Self::Case(cases, otherwise) => {
                let found = cases.iter().find(|(condition, _)| condition.evaluate(rows).is_true());
                found.map_or(otherwise.as_ref(), |(_, then)| then).evaluate(rows)
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
            Self::Case(cases, otherwise) => {
                of_all(&mut cases.iter().flat_map(|(condition, then)| [condition, then]).chain([otherwise.as_ref()]))
            }
            Self::Sum(_, a, b) | Self::Compare(_, a, b) => of_all(&mut [a.as_ref(), b.as_ref()].into_iter()),
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
        // A list does not say which of its columns are numbers; a database does.
        (Value::Text(x), Value::Text(y)) => {
            match (sign.starts_with(['<', '>']) && sign != "<>", a.number(), b.number()) {
                (true, Some(a), Some(b)) => a.partial_cmp(&b)?,
                _ => x.cmp(y),
            }
        }
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
