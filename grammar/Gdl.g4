// The syntax of .gdl files: the one definition. docs/language.md says what it means.
//
// The parser is called once for each declaration (rule `declaration`), so that one mistake is one error.
// Expressions are stratified (or, and, not, comparison): a left-recursive rule would make SLL fail.
// Keywords are soft wherever a value or a name is expected: see `word`.
grammar Gdl;

declaration
  : header | reference | fact | define | score | bands | impossible | action | exclusive | decision
  | ruleDecl | accept | scenario | importDecl | includeDecl | remark | grading
  ;

// A grading may be declared right behind the header: `grading own` there is a clause of the header,
// `grading own strength a > b` is not, and ends it.
header : GUIDELINE name text? headerClause* grading? ;
headerClause
  : LANGUAGE number | VERSION VERSION_NUMBER | STATUS word | UPDATED DATE
  | AUDIENCE word (COMMA word)* | DISCLAIMER text | POLICY text | GRADING word
  ;

reference : REFERENCE (NUMBER | name) text? referenceClause* ;
referenceClause : PUBLISHER text | YEAR number | URL text ;

fact : FACT name text? COLON factType factClause* ;
factType
  : SET OF enumerator (BAR enumerator)*
  | enumerator (BAR enumerator)+
  | enumerator (LT enumerator)+
  | number RANGE number unit?
  ;
enumerator : word text? code? ;
factClause : DEFAULT operand | code | say ;
code : CODE word text ;
unit : PERCENT | UNIT | calendar ;
calendar : YEARS | MONTHS | WEEKS | DAYS | HOURS | YEAR ;

define : DEFINE name text? (WHEN expr | EQ alternative (BAR alternative)*) ;
alternative : enumerator (WHEN expr | OTHERWISE) ;
score : SCORE name text? scoreItem+ ;
scoreItem : number (POINT | POINTS) WHEN expr | PLUS_WORD qname ;
bands : BANDS name text? OF qname unit? COLON enumerator bandCut+ ;
bandCut : (LT | LE) quantity (LT | LE) enumerator ;

impossible : IMPOSSIBLE WHEN expr (BECAUSE text)? ;

action : ACTION name text? (EQ actionExpr)? (WITH param (COMMA param)*)? actionClause* ;
actionClause : code | say ;
actionExpr : actionAll (BAR actionAll)* ;
actionAll : actionAtom (PLUS actionAtom)* ;
actionAtom : qname | LPAREN actionExpr RPAREN ;
param : name COLON paramValue ;
paramValue : quantity (RANGE quantity)? | word (BAR word)* ;
actionUse : actionExpr ALONE? (WITH param (COMMA param)*)? ;

exclusive : EXCLUSIVE actionUse COMMA actionUse (BECAUSE text)? ;

decision : DECISION name text? decisionClause* ;
decisionClause
  : FOR expr | CHOOSE (ANY | ONE | FIRST) | DO ALL | PARTIAL | say ;

ruleDecl
  : (SAFETY? RULE qname text? (WHEN expr)? | WHEN expr) (UNLESS expr)? directive+ ruleClause*
  ;
directive
  : (RECOMMEND | CONSIDER | CAUTION | AVOID | CONTRAINDICATE) actionUse
  | PREFER actionUse OVER actionUse
  | NO RECOMMENDATION BECAUSE text
  ;
ruleClause
  : OVERRIDES (ALL | qname (COMMA qname)*)
  | STRENGTH word | EVIDENCE word | cite | BECAUSE text | NOTE text | say
  ;
cite : CITE citeRef (COMMA citeRef)* (AT text)? ;
citeRef : NUMBER | word (DOT word)* (DOT NUMBER)? ;
say : SAY word text text? ;

accept
  : ACCEPT (GAP | STRANDED | OVERLAP | CONFLICT | EXCLUSIVE | PARAMETER) IN name
    (BETWEEN qname AND qname)? (WHEN expr)? (BECAUSE text)?
  ;

scenario : SCENARIO text (GIVEN given (COMMA given)*)? expectation+ ;
given : expr ;
expectation
  : EXPECT
    ( (NOT | POSSIBLE)? verb actionUse
    | (NOT | POSSIBLE)? (GAP | STRANDED) IN name
    | ASK qname
    | INPUT ERROR
    | (NOT | POSSIBLE)? qname
    )
  ;
verb : RECOMMEND | CONSIDER | AVOID | CONTRAINDICATE ;

importDecl : IMPORT text (AS name)? ;
includeDecl : INCLUDE text ;
remark : REMARK text cite* ;
grading : GRADING name (STRENGTH scale (EVIDENCE scale)? | EVIDENCE scale) ;
scale : word (GT word)+ ;

// -- conditions ------------------------------------------------------------------------------------
expr : andExpr (OR andExpr)* ;
andExpr : notExpr (AND notExpr)* ;
notExpr : NOT notExpr | primary ;
primary
  : LPAREN expr RPAREN
  | (AT LEAST | AT MOST | EXACTLY) number OF LPAREN expr (COMMA expr)* RPAREN
  | operand
    ( (cmp operand)+
    | IN setLiteral
    | IN quantity (RANGE | RANGE_OPEN) quantity
    | INCLUDES operand
    | IS (KNOWN | UNKNOWN)
    )?
  ;
cmp : EQ | NE | LT | LE | GT | GE ;
operand : COUNT LPAREN qname RPAREN | setLiteral | quantity | qname ;
setLiteral : LBRACE (operand (COMMA operand)*)? RBRACE ;

quantity : number unit? ;
number : NUMBER ;
text : STRING ;
qname : word (DOT word)* ;
name : word ;

// A keyword where a value or a name stands. Words that begin a condition or end an operand stay out.
word
  : NAME | LANGUAGE | VERSION | STATUS | UPDATED | AUDIENCE | DISCLAIMER | POLICY | PUBLISHER | URL
  | SET | DEFAULT | CODE | POINT | POINTS | SCORE | BANDS | PLUS_WORD | OTHERWISE | ALONE | CHOOSE | ANY
  | ONE | FIRST | DO | ALL | PARTIAL | SAFETY | NO | RECOMMENDATION | STRENGTH | EVIDENCE | CITE | NOTE
  | SAY | GAP | STRANDED | OVERLAP | CONFLICT | PARAMETER | BETWEEN | GIVEN | EXPECT | POSSIBLE | ASK | INPUT
  | ERROR | AS | LEAST | MOST | EXACTLY | KNOWN | UNKNOWN | COUNT | YEAR | YEARS | MONTHS | WEEKS | DAYS
  | HOURS | RULE | FACT | ACTION | REFERENCE | REMARK | GRADING | SCENARIO | IMPORT | INCLUDE | GUIDELINE
  | DECISION | DEFINE | EXCLUSIVE | IMPOSSIBLE | ACCEPT | OVER | FOR | AT | RECOMMEND | CONSIDER | CAUTION
  | AVOID | CONTRAINDICATE | PREFER
  ;

// -- tokens ----------------------------------------------------------------------------------------
GUIDELINE : 'guideline' ; LANGUAGE : 'language' ; VERSION : 'version' ; STATUS : 'status' ;
UPDATED : 'updated' ; AUDIENCE : 'audience' ; DISCLAIMER : 'disclaimer' ; POLICY : 'policy' ;
REFERENCE : 'reference' ; PUBLISHER : 'publisher' ; URL : 'url' ;
FACT : 'fact' ; SET : 'set' ; OF : 'of' ; DEFAULT : 'default' ; CODE : 'code' ;
DEFINE : 'define' ; OTHERWISE : 'otherwise' ; SCORE : 'score' ; POINT : 'point' ; POINTS : 'points' ;
PLUS_WORD : 'plus' ; BANDS : 'bands' ; IMPOSSIBLE : 'impossible' ;
ACTION : 'action' ; WITH : 'with' ; ALONE : 'alone' ; EXCLUSIVE : 'exclusive' ;
DECISION : 'decision' ; FOR : 'for' ; CHOOSE : 'choose' ; ANY : 'any' ; ONE : 'one' ; FIRST : 'first' ;
DO : 'do' ; ALL : 'all' ; PARTIAL : 'partial' ;
SAFETY : 'safety' ; RULE : 'rule' ; WHEN : 'when' ; UNLESS : 'unless' ;
RECOMMEND : 'recommend' ; CONSIDER : 'consider' ; CAUTION : 'caution' ; AVOID : 'avoid' ;
CONTRAINDICATE : 'contraindicate' ; PREFER : 'prefer' ; OVER : 'over' ; NO : 'no' ;
RECOMMENDATION : 'recommendation' ; BECAUSE : 'because' ; OVERRIDES : 'overrides' ;
STRENGTH : 'strength' ; EVIDENCE : 'evidence' ; CITE : 'cite' ; NOTE : 'note' ; SAY : 'say' ;
ACCEPT : 'accept' ; GAP : 'gap' ; STRANDED : 'stranded' ; OVERLAP : 'overlap' ; CONFLICT : 'conflict' ;
PARAMETER : 'parameter' ; BETWEEN : 'between' ;
SCENARIO : 'scenario' ; GIVEN : 'given' ; EXPECT : 'expect' ; POSSIBLE : 'possible' ; ASK : 'ask' ;
INPUT : 'input' ; ERROR : 'error' ;
IMPORT : 'import' ; INCLUDE : 'include' ; AS : 'as' ; REMARK : 'remark' ; GRADING : 'grading' ;
AND : 'and' ; OR : 'or' ; NOT : 'not' ; IN : 'in' ; INCLUDES : 'includes' ; IS : 'is' ; KNOWN : 'known' ;
UNKNOWN : 'unknown' ; COUNT : 'count' ; AT : 'at' ; LEAST : 'least' ; MOST : 'most' ; EXACTLY : 'exactly' ;
YEAR : 'year' ; YEARS : 'years' ; MONTHS : 'months' | 'month' ; WEEKS : 'weeks' | 'week' ;
DAYS : 'days' | 'day' ; HOURS : 'hours' | 'hour' ;

EQ : '=' ; NE : '!=' | '\u2260' ; LE : '<=' | '\u2264' ; GE : '>=' | '\u2265' ; LT : '<' ; GT : '>' ;
RANGE_OPEN : '..<' ; RANGE : '..' ; BAR : '|' ; PLUS : '+' ; COMMA : ',' ; COLON : ':' ; DOT : '.' ;
LPAREN : '(' ; RPAREN : ')' ; LBRACE : '{' ; RBRACE : '}' ; PERCENT : '%' ;

DATE : DIGIT DIGIT DIGIT DIGIT '-' DIGIT DIGIT '-' DIGIT DIGIT ;
VERSION_NUMBER : DIGIT+ '.' DIGIT+ '.' DIGIT+ ;
NUMBER : '-'? DIGIT+ ('.' DIGIT+)? ([eE] [+-]? DIGIT+)? ;
NAME : [A-Za-z_] [A-Za-z0-9_]* ;
// A word with letters that names do not have, whole, so that the message can show it.
BAD_NAME : ([A-Za-z_] | FOREIGN) ([A-Za-z0-9_] | FOREIGN)* ;
STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"' ;
BAD_STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* ;
UNIT : '\'' ~['\r\n]* '\'' ;
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN) ;
SPACE : [ \t\r\n]+ -> skip ;
// Blanks that cannot be told from a blank, and marks without width: reported, then passed over.
ODD_BLANK
  : [\u00A0\u00AD\u1680\u2000-\u200D\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]+ -> channel(HIDDEN)
  ;
OTHER : . ;
fragment DIGIT : [0-9] ;
fragment FOREIGN
  : [\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF]
  | [\u2C00-\u2DFF\u3040-\uD7FF\uF900-\uFDCF\uFE70-\uFEFE]
  ;
