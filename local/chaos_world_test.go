//go:build cgo

package local_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

// The states that a service of flags and cohorts publishes identify themselves.
// Every variant of version v of the flags has the value v. Version c of a
// cohort was last modified c milliseconds after cohortEpoch, and its members
// are a function of its ID and of c.

// world publishes states. Any number of goroutines may use one.
type world struct {
	server *experimenttest.Server

	mu      sync.Mutex
	flags   int            // the version of the flags
	cohorts map[string]int // the versions of the cohorts, by ID
}

const (
	chaosUsers    = 16
	chaosOrgs     = 4
	cohortEpoch   = 1_700_000_000_000
	versionsOfEra = 4 // of the flags, which read the same cohort of an era
)

// roles are what the flags of all versions read cohorts for. The cohort of the
// role "era" is another one every few versions.
var roles = []string{"a", "b", "g", "era"}

// cohortOfRole returns the ID of the cohort that version v of the flags reads.
func cohortOfRole(role string, v int) string {
	if role == "era" {
		return fmt.Sprintf("era-%d", v/versionsOfEra)
	}
	return role
}

// isMember reports whether version c of a cohort has the member. Version 0 is a
// cohort that is missing.
func isMember(id string, c int, member string) bool {
	if c == 0 {
		return false
	}
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s %d %s", id, c, member)
	return hash.Sum64()>>17&1 == 1
}

// memberOf returns whose membership counts for a role.
func memberOf(role string, user *experiment.User) string {
	if role == "g" {
		return user.Groups["org"][0]
	}
	return user.UserID
}

// chaosUser returns one of the users.
func chaosUser(i int) *experiment.User {
	return &experiment.User{
		UserID: fmt.Sprintf("user-%d", i%chaosUsers),
		Groups: map[string][]string{"org": {fmt.Sprintf("org-%d", i%chaosOrgs)}},
	}
}

// newWorld returns a world whose server has the first version of everything.
func newWorld(server *experimenttest.Server) (*world, error) {
	w := &world{server: server, cohorts: map[string]int{}}
	for _, id := range []string{"a", "b", "g"} {
		if err := w.changeCohort(id); err != nil {
			return nil, err
		}
	}
	return w, w.changeFlags()
}

// changeFlags publishes the next version of the flags.
func (w *world) changeFlags() error {
	w.mu.Lock()
	v := w.flags + 1
	era := cohortOfRole("era", v)
	isNew := w.cohorts[era] == 0
	w.mu.Unlock()
	if isNew {
		if err := w.changeCohort(era); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flags = v // before a client can have it
	return w.server.SetFlags([]byte(chaosDocument(v)))
}

// changeCohort publishes the next version of a cohort.
func (w *world) changeCohort(id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cohorts[id]++
	c := w.cohorts[id]
	changed := experimenttest.Cohort{ID: id, LastModified: time.UnixMilli(int64(cohortEpoch + c))}
	candidates, prefix := chaosUsers, "user-"
	if id == "g" {
		changed.GroupType = "org"
		candidates, prefix = chaosOrgs, "org-"
	}
	for i := range candidates {
		if member := prefix + strconv.Itoa(i); isMember(id, c, member) {
			changed.MemberIDs = append(changed.MemberIDs, member)
		}
	}
	for i := range 200 { // so that a response is longer than a packet
		changed.MemberIDs = append(changed.MemberIDs, fmt.Sprintf("stranger-%d", i))
	}
	return w.server.SetCohort(changed)
}

// changeRole publishes the next version of the cohort that the newest flags
// read for a role.
func (w *world) changeRole(role string) error {
	return w.changeCohort(cohortOfRole(role, w.newest().flags))
}

// published is a state: the version of the flags, and the versions of the
// cohorts that they read, by ID.
type published struct {
	flags   int
	cohorts map[string]int
}

// newest returns the newest state.
func (w *world) newest() published {
	w.mu.Lock()
	defer w.mu.Unlock()
	state := published{w.flags, map[string]int{}}
	for _, role := range roles {
		id := cohortOfRole(role, w.flags)
		state.cohorts[id] = w.cohorts[id]
	}
	return state
}

// version returns the newest version of a cohort, 0 if there is none.
func (w *world) version(id string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cohorts[id]
}

// count returns how many versions of flags and of cohorts there have been.
func (w *world) count() (flags, cohorts int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.cohorts {
		cohorts += c
	}
	return w.flags, cohorts
}

const plainFlags = 12 // which read no cohort

// chaosDocument returns version v of the flags.
func chaosDocument(v int) string {
	var flags []string
	add := func(key string, dependencies, conditions []any) {
		on := map[string]any{"variant": "on"}
		if conditions != nil {
			on["conditions"] = []any{conditions}
		}
		value := strconv.Itoa(v)
		flag, err := json.Marshal(map[string]any{
			"key": key, "dependencies": dependencies,
			"segments": []any{on, map[string]any{"variant": "off"}},
			"variants": map[string]any{
				"on":  map[string]any{"key": "on", "value": value},
				"off": map[string]any{"key": "off", "value": value},
			},
		})
		if err != nil {
			panic(err) // not with these values
		}
		flags = append(flags, string(flag))
	}
	for _, role := range roles {
		selector := []any{"context", "user", "cohort_ids"}
		if role == "g" {
			selector = []any{"context", "groups", "org", "cohort_ids"}
		}
		condition := func(op string) []any {
			return []any{map[string]any{"selector": selector, "op": op, "values": []string{cohortOfRole(role, v)}}}
		}
		add("in-"+role, []any{}, condition("set contains any"))
		add("not-"+role, []any{}, condition("set does not contain any"))
		add("child-"+role, []any{"in-" + role}, []any{map[string]any{
			"selector": []any{"result", "in-" + role, "key"}, "op": "is", "values": []string{"on"},
		}})
	}
	for i := range plainFlags {
		add(fmt.Sprintf("plain-%d", i), []any{}, nil)
	}
	if v%2 == 1 {
		add("odd", []any{}, nil)
	}
	return "[" + strings.Join(flags, ",") + "]"
}

// outcomes returns the variant keys that a state gives a user, by flag. The
// state is version v of the flags, and versions of the cohorts by role.
func outcomes(v int, versions map[string]int, withhold bool, user *experiment.User) map[string]string {
	keys := map[string]string{}
	onIf := map[bool]string{true: "on", false: "off"}
	for _, role := range roles {
		c := versions[role]
		if c == 0 && withhold {
			continue
		}
		isIn := isMember(cohortOfRole(role, v), c, memberOf(role, user))
		keys["in-"+role], keys["not-"+role], keys["child-"+role] = onIf[isIn], onIf[!isIn], onIf[isIn]
	}
	for i := range plainFlags {
		keys[fmt.Sprintf("plain-%d", i)] = "on"
	}
	if v%2 == 1 {
		keys["odd"] = "on"
	}
	return keys
}

// cohortsIn returns the versions of the cohorts of a Status, by ID.
func cohortsIn(status local.Status) map[string]int {
	versions := map[string]int{}
	for _, cohort := range status.Cohorts {
		versions[cohort.ID] = 0
		if cohort.Loaded {
			versions[cohort.ID] = int(cohort.LastModified.UnixMilli() - cohortEpoch)
		}
	}
	return versions
}

// versionIn returns the version of the flags that all variants are of, or an
// error.
func versionIn(variants experiment.Variants) (int, error) {
	var values []string
	for _, variant := range variants {
		if !slices.Contains(values, variant.Value) {
			values = append(values, variant.Value)
		}
	}
	if len(values) != 1 {
		slices.Sort(values)
		return 0, fmt.Errorf("the variants are of the versions %q of the flags, not of one", values)
	}
	return strconv.Atoi(values[0])
}
