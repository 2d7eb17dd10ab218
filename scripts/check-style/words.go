package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// word is a phrase that this project avoids.
type word struct {
	pattern *regexp.Regexp
	except  *regexp.Regexp // a match that this matches too is good English; nil for none
	use     string         // what to write instead
}

// avoid makes a word. A blank in a pattern matches the end of a line as well,
// and case does not matter.
func avoid(pattern, except, use string) word {
	w := word{pattern: phrase(pattern), use: use}
	if except != "" {
		w.except = phrase(except)
	}
	return w
}

func phrase(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:` + strings.ReplaceAll(pattern, " ", `\s+`) + `)`)
}

// words is the list. A pattern is narrow enough to leave plain English alone,
// or its exception lists the good uses.
var words = []word{
	avoid(`(?:says?|said|saying|tells?|told|telling) (?:whether|if)\b`, ``, `"reports whether"`),

	// "There are no flags" is fine; "it is no flag" is not.
	avoid(`(?:there |here )?(?:is|are|was|were) no\b(?: \w+)?`,
		`^(?:there|here)\b|no (?:longer|more|less|fewer|better|worse|later|earlier|larger|smaller|way|such)$`,
		`"is not a", or say what it is`),
	avoid(`(?:there |here )?(?:is|are|was|were) none\b(?: \w+)?`, `^(?:there|here)\b|none of$`, `"is not a"`),

	avoid(`but for\b`, ``, `"except", "except for" or "unless"`),
	avoid(`ma(?:kes?|king|de) (?:no )?sense`, ``, `"invalid", or "valid"`),
	avoid(`(?:what|that|which) may pass\b`, ``, `"transient"`),
	avoid(`(?:(?:left|leaves?|leaving|falls?|fell|falling)(?: \w+){0,3} )?behind(?: \w+){0,4}`,
		`^(?:left|lea|f)|\b(?:proxy|proxies|firewall|balancer|gateway|scenes)\b`, `"after"`),
	avoid(`be it\b`, ``, `"or", "whether"`),
	avoid(`whoever\b`, ``, `"people who", "the caller", or a name`),
	avoid(`those of\b`, ``, `the noun again`),
	avoid(`that of\b`, ``, `the noun again`),
	avoid(`and else\b`, ``, `"otherwise"`),
	avoid(`so many\b`, ``, `the number, or "this many"`),
	avoid(`as (?:many|much|often|long) as it takes`, ``, `the bound`),
	avoid(`mostly\b`, ``, `"usually"`),
	avoid(`(?:try|tries|tried|trying) again`, ``, `"retry"`),
	avoid(`time-outs?\b`, ``, `"timeout"`),
	avoid(`kept apart|apart[.,;:)]`, ``, `"separate", or "except for"`),
	avoid(`anew\b`, ``, `"again"`),
	avoid(`(?:and|or) the like\b`, ``, `the list, or "such as"`),
	avoid(`at the place`, ``, `"where", or "at the position"`),

	spelling(`behaviour`, `behavior`), spelling(`colour`, `color`), spelling(`neighbour`, `neighbor`),
	spelling(`honour`, `honor`), spelling(`favour`, `favor`), spelling(`flavour`, `flavor`),
	spelling(`labour`, `labor`), spelling(`rumour`, `rumor`), spelling(`armour`, `armor`),
	spelling(`cancell(?:ed|ing|er|able)`, `one l`), spelling(`labell(?:ed|ing)`, `one l`),
	spelling(`modell(?:ed|ing)`, `one l`), spelling(`signall(?:ed|ing)`, `one l`),
	spelling(`travell(?:ed|ing|er)`, `one l`), spelling(`(?:un)?marshall(?:ed|ing|er)`, `one l`),
	spelling(`centre[ds]?\b`, `center`), spelling(`metres?\b`, `meter`), spelling(`licence`, `license`),
	spelling(`defence`, `defense`), spelling(`offence`, `offense`), spelling(`artefact`, `artifact`),
	spelling(`catalogue`, `catalog`), spelling(`grey\b`, `gray`), spelling(`whilst\b`, `while`),
	spelling(`judgement`, `judgment`), spelling(`analys(?:e|ed|es|ing)\b`, `z`),
	spelling(`(?:initial|serial|normal|organ|recogn|optim|minim|maxim|real|summar|synchron|custom|util|categor|`+
		`final|special|general|token|random|sanit|parallel|prior|material|visual|emphas|local|central|capital|`+
		`character|memor|standard|canonical|author)is(?:e|ed|es|er|ers|ing|ation|ations)\b`, `z`),
}

// spelling makes a word of a British spelling.
func spelling(pattern, american string) word {
	return avoid(`\w*`+pattern, ``, "the American spelling, "+american)
}

// quotesBadWords reports whether a file has the words because it is about them.
func quotesBadWords(name string) bool {
	return path.Base(name) == "CONTRIBUTING.md" || inFolder(name, "check-style")
}

// checkWords finds the words to avoid in comments, string literals and pages.
func checkWords(s *source) []finding {
	var findings []finding
	for _, p := range s.passages {
		for _, w := range words {
			for _, at := range w.pattern.FindAllStringIndex(p.text, -1) {
				match := p.text[at[0]:at[1]]
				if w.except != nil && w.except.MatchString(match) {
					continue
				}
				match = strings.Join(strings.Fields(match), " ")
				findings = append(findings, finding{
					line: p.line + strings.Count(p.text[:at[0]], "\n"),
					rule: "words: use " + w.use,
					what: fmt.Sprintf("%q: use %s", match, w.use),
				})
			}
		}
	}
	return findings
}
