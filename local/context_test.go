//go:build cgo

package local_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

func TestFromContext_ReturnsTheSubjectOfNewContext(t *testing.T) {
	client := initialize(t, &local.Config{Bootstrap: []byte(checkout)})
	outer, err := client.Prepare(userOf("free"))
	require.NoError(t, err)
	inner, err := client.Prepare(userOf("pro"))
	require.NoError(t, err)

	ctx := local.NewContext(t.Context(), outer)
	assert.Same(t, outer, subjectOf(t, ctx))
	derived, cancel := context.WithCancel(ctx)
	cancel()
	assert.Same(t, outer, subjectOf(t, derived), "a derived context, even if it has ended")

	replaced := local.NewContext(ctx, inner)
	assert.Same(t, inner, subjectOf(t, replaced))
	assert.Same(t, outer, subjectOf(t, ctx), "the original context is unchanged")

	variant, ok := subjectOf(t, replaced).Variant("checkout-button")
	assert.True(t, ok)
	assert.Equal(t, "on", variant.Value)
}

// subjectOf returns the subject that ctx carries, which must be there.
func subjectOf(t *testing.T, ctx context.Context) *local.Subject {
	t.Helper()
	subject, ok := local.FromContext(ctx)
	require.True(t, ok)
	return subject
}

func TestFromContext_ReturnsNilWithoutASubject(t *testing.T) {
	subject, err := initialize(t, &local.Config{Bootstrap: []byte(checkout)}).Prepare(userOf("pro"))
	require.NoError(t, err)
	for name, ctx := range map[string]context.Context{
		"none":                   t.Context(),
		"nil":                    local.NewContext(t.Context(), nil),
		"nil instead of another": local.NewContext(local.NewContext(t.Context(), subject), nil),
	} {
		found, ok := local.FromContext(ctx)
		assert.False(t, ok, name)
		assert.Nil(t, found, name)
		variant, ok := found.Variant("checkout-button")
		assert.False(t, ok, name)
		assert.Zero(t, variant, name)
		variants, err := found.Evaluate()
		assert.ErrorContains(t, err, "the subject was not made by Prepare", name)
		assert.Nil(t, variants, name)
	}
}

func ExampleNewContext() {
	client, err := local.Initialize("server-deployment-key", &local.Config{Bootstrap: []byte(checkout)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// The handler takes its flags from the context of the request.
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		subject, _ := local.FromContext(r.Context()) // nil is safe: every flag is off
		variant, _ := subject.Variant("checkout-button")
		fmt.Println("checkout-button is", variant.Value)
	})
	// The middleware prepares the user of each request once.
	middleware := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := &experiment.User{UserProperties: map[string]any{"plan": r.URL.Query().Get("plan")}}
		subject, err := client.Prepare(user)
		if err != nil {
			log.Print(err) // the subject is nil: every flag is off
		}
		handler.ServeHTTP(w, r.WithContext(local.NewContext(r.Context(), subject)))
	})

	middleware.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/?plan=pro", nil))
	// Output: checkout-button is on
}
