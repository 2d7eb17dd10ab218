//go:build cgo

package local_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

// evaluator evaluates and checks what it gets.
type evaluator struct {
	world *world
	life  func() *life

	all, exact, single, prepared, notReady int
}

// run evaluates until it is told to stop.
func (e *evaluator) run(t *testing.T, r *rand.Rand, stop *atomic.Bool) {
	for !stop.Load() && !t.Failed() {
		l, user := e.life(), chaosUser(r.IntN(chaosUsers))
		var err error
		switch r.IntN(3) {
		case 0:
			err = e.evaluateAll(l, user)
		case 1:
			err = e.evaluateOne(l, user, r)
		default:
			err = e.prepare(l, user)
		}
		if errors.Is(err, local.ErrNotReady) {
			e.notReady++
			err = nil
		}
		assert.NoError(t, err)
	}
}

// check returns the version of the flags in variants, and an error if it is
// older than one that was seen before, or was not published.
func (e *evaluator) check(l *life, seen int, variants experiment.Variants) (int, error) {
	v, err := versionIn(variants)
	switch newest := e.world.newest().flags; {
	case err != nil:
		return 0, err
	case v < seen:
		return 0, fmt.Errorf("the flags went from version %d back to %d", seen, v)
	case v > newest:
		return 0, fmt.Errorf("version %d of the flags was not published; the newest is %d", v, newest)
	}
	l.seenFlags(v)
	return v, nil
}

// evaluateAll evaluates all flags and checks that one state explains the
// results: if the state did not change meanwhile, the state of the Status,
// otherwise one between the two.
func (e *evaluator) evaluateAll(l *life, user *experiment.User) error {
	seen := l.seenFlags(0)
	before, err := l.status()
	if err != nil {
		return err
	}
	variants, err := l.client.EvaluateWithOptions(user, local.EvaluateOptions{IncludeDefaults: true})
	if err != nil {
		return err
	}
	after, err := l.status()
	if err != nil {
		return err
	}
	e.all++
	v, err := e.check(l, seen, variants)
	if err != nil {
		return err
	}
	if before.Version == after.Version {
		e.exact++
		before = after
	}
	return e.explain(v, variants, cohortsIn(before), cohortsIn(after), l.withhold, user)
}

// explain returns an error unless there is a version of each cohort, from
// before to after, with which version v of the flags gives these variants.
func (e *evaluator) explain(
	v int, variants experiment.Variants, before, after map[string]int, withhold bool, user *experiment.User,
) error {
	versions := map[string]int{}
	for _, role := range roles {
		id := cohortOfRole(role, v)
		first := before[id] // 0 if the flags before did not read it
		last, ok := after[id]
		if !ok {
			last = e.world.version(id)
		}
		got, given := variants["in-"+role]
		explained := false
		for c := first; c <= last && !explained; c++ {
			withheld := c == 0 && withhold
			isIn := isMember(id, c, memberOf(role, user))
			explained = given != withheld && (withheld || (got.Key == "on") == isIn)
			versions[role] = c
		}
		if !explained {
			return fmt.Errorf("no version of cohort %q from %d to %d explains that in-%s is %q for %s",
				id, first, last, role, got.Key, memberOf(role, user))
		}
	}
	want := outcomes(v, versions, withhold, user)
	if len(variants) != len(want) {
		return fmt.Errorf("version %d gives %d variants, not %d", v, len(want), len(variants))
	}
	for key, variant := range variants {
		if variant.Key != want[key] {
			return fmt.Errorf("version %d of the flags and %v of the cohorts: flag %q is %q, not %q",
				v, versions, key, variant.Key, want[key])
		}
	}
	return nil
}

// evaluateOne evaluates one flag that all versions have.
func (e *evaluator) evaluateOne(l *life, user *experiment.User, r *rand.Rand) error {
	role := oneOf(r, roles...)
	key := oneOf(r, "in-"+role, "not-"+role, "child-"+role, "plain-0")
	seen := l.seenFlags(0)
	variant, ok := l.client.Variant(user, key)
	switch {
	case ok:
		e.single++
		_, err := e.check(l, seen, experiment.Variants{key: variant})
		return err
	case seen > 0 && (key == "plain-0" || !l.withhold):
		return fmt.Errorf("flag %q has no variant", key)
	}
	return nil
}

// prepare evaluates all flags of a subject at once and one by one. Meanwhile
// the client may get other states; the subject keeps its own.
func (e *evaluator) prepare(l *life, user *experiment.User) error {
	seen := l.seenFlags(0)
	subject, err := l.client.Prepare(user)
	if err != nil {
		return err
	}
	all, err := subject.EvaluateWithOptions(local.EvaluateOptions{IncludeDefaults: true})
	if err != nil {
		return err
	}
	e.prepared++
	v, err := e.check(l, seen, all)
	if err != nil {
		return err
	}
	for key, want := range all {
		got, ok := subject.Variant(key)
		if !ok || got.Key != want.Key || got.Value != want.Value {
			return fmt.Errorf("the subject gives %q of version %q for %q, but %q of version %d before",
				got.Key, got.Value, key, want.Key, v)
		}
	}
	for _, role := range roles {
		in, not, child := all["in-"+role].Key, all["not-"+role].Key, all["child-"+role].Key
		if in == not && in != "" || in != child {
			return fmt.Errorf("role %q mixes versions: %q, %q and %q", role, in, not, child)
		}
	}
	return nil
}
