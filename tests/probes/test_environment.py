"""The environment variables, and what of Git's settings they bring."""

from codecommit_doctor.probes.environment import Environment


def test_settings_that_variables_bring() -> None:
    given = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "Credential.useHttpPath",
        "GIT_CONFIG_KEY_2": "x.y",
    }
    environment = Environment(given)
    assert environment.sets("credential.usehttppath")
    assert not environment.sets("x.y")
    assert not Environment(given | {"GIT_CONFIG_COUNT": "-1"}).sets("credential.usehttppath")
    assert not Environment({}).sets("")
