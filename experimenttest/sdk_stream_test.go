package experimenttest_test

import (
	"bufio"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// sdkCheckout is a flag that gives members of two cohorts the variant "on", and
// everyone else "off". A payload has characters that some parsers take for line
// breaks.
const sdkCheckout = `[
 {"key":"checkout","metadata":{"deployed":true},
  "variants":{"on":{"key":"on","value":"on","payload":"` + "\u2028\u0085" + `\r\n"},"off":{"key":"off","value":"off"}},
  "segments":[
   {"variant":"on","conditions":[[
     {"selector":["context","user","cohort_ids"],"op":"set contains any","values":["testers"]}]]},
   {"variant":"on","conditions":[[
     {"selector":["context","groups","org","cohort_ids"],"op":"set contains any","values":["partners/1"]}]]},
   {"variant":"off"}]}
]`

// sdkCheckoutForAll gives everyone the variant "on".
const sdkCheckoutForAll = `[
 {"key":"checkout","variants":{"on":{"key":"on","value":"on"}},"segments":[{"variant":"on"}]}
]`

// sdkPrograms returns the commands of programs with Amplitude's own SDKs, or
// skips the test. XPMT_SDKS names a folder where the SDKs are installed:
//
//	npm install --prefix "$XPMT_SDKS" @amplitude/experiment-node-server@1.13.6
//	python3 -m venv "$XPMT_SDKS/py"
//	"$XPMT_SDKS/py/bin/pip" install amplitude-experiment==1.13.0
func sdkPrograms(t *testing.T) (programs map[string][]string) {
	t.Helper()
	folder := os.Getenv("XPMT_SDKS")
	if folder == "" {
		t.Skip("XPMT_SDKS does not name a folder with SDKs")
	}
	return map[string][]string{
		"Node":   {"node", "sdks/evaluate.mjs", folder},
		"Python": {folder + "/py/bin/python", "sdks/evaluate.py"},
	}
}

func TestSDKs_StreamFlagsAndSyncCohorts(t *testing.T) {
	for name, command := range sdkPrograms(t) {
		t.Run(name, func(t *testing.T) {
			server := start(t, &experimenttest.Config{Flags: []byte(sdkCheckout)})
			setSDKCohorts(t, server)
			results := startSDK(t, server, command)
			assert.JSONEq(t, `{"member":"on","stranger":"off","colleague":"on"}`, next(t, results))
			require.NoError(t, server.SetFlags([]byte(sdkCheckoutForAll)))
			assert.JSONEq(t, `{"member":"on","stranger":"on","colleague":"on"}`, next(t, results))

			endpoints := map[experimenttest.Endpoint]int{}
			for _, request := range server.Requests() {
				assert.Equal(t, 200, request.Status, request.Path)
				endpoints[request.Endpoint]++
			}
			assert.Equal(t, map[experimenttest.Endpoint]int{
				experimenttest.EndpointStream: 1, experimenttest.EndpointCohort: 2,
			}, endpoints)
		})
	}
}

func TestSDKs_PollWithoutStreams(t *testing.T) {
	for name, command := range sdkPrograms(t) {
		t.Run(name, func(t *testing.T) {
			server := start(t, &experimenttest.Config{Flags: []byte(sdkCheckout), NoStream: true})
			setSDKCohorts(t, server)
			results := startSDK(t, server, command)
			assert.JSONEq(t, `{"member":"on","stranger":"off","colleague":"on"}`, next(t, results))
		})
	}
}

// setSDKCohorts sets the cohorts of sdkCheckout.
func setSDKCohorts(t *testing.T, server *experimenttest.Server) {
	t.Helper()
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "testers", MemberIDs: []string{"ada"}}))
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "partners/1", GroupType: "org", MemberIDs: []string{"acme"},
	}))
}

// startSDK starts a program with an SDK and returns its output. The end of the
// test ends the program.
func startSDK(t *testing.T, server *experimenttest.Server, command []string) *bufio.Scanner {
	t.Helper()
	program := exec.CommandContext(t.Context(), command[0], command[1:]...)
	program.Env = append(os.Environ(), "SERVER_URL="+server.URL,
		"DEPLOYMENT_KEY="+server.DeploymentKey, "API_KEY="+server.APIKey, "SECRET_KEY="+server.SecretKey)
	program.Stderr = os.Stderr
	input, err := program.StdinPipe()
	require.NoError(t, err)
	output, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		_ = input.Close() // the program may have ended
		_ = program.Wait()
	})
	return bufio.NewScanner(output)
}

// next returns the next line of a program's output.
func next(t *testing.T, output *bufio.Scanner) string {
	t.Helper()
	require.True(t, output.Scan(), "the program has ended")
	return output.Text()
}
