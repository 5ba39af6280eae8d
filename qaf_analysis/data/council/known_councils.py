"""Names of the authorities in England that have children's services, as somebody may type them.

They serve to recognise a key that was made from a council's name, perhaps another council's.
"""

from __future__ import annotations

KNOWN_COUNCILS: tuple[str, ...] = tuple(
    name.strip()
    for name in """
    Barking and Dagenham, Barnet, Barnsley, Bath and North East Somerset, Bath & North East
    Somerset, Bedford, Bexley, Birmingham, Blackburn with Darwen, Blackpool, Bolton, Bournemouth
    Christchurch and Poole, Bracknell Forest, Bradford, Brent, Brighton and Hove, Brighton &
    Hove, Bristol, Bromley, Buckinghamshire, Bury, Calderdale, Cambridgeshire, Camden, Central
    Bedfordshire, Cheshire East, Cheshire West and Chester, City of London, Cornwall, Coventry,
    Croydon, Cumberland, Darlington, Derby, Derbyshire, Devon, Doncaster, Dorset, Dudley,
    Durham, Ealing, East Riding of Yorkshire, East Sussex, Enfield, Essex, Gateshead,
    Gloucestershire, Greenwich, Hackney, Halton, Hammersmith and Fulham, Hammersmith & Fulham,
    Hampshire, Haringey, Harrow, Hartlepool, Havering, Herefordshire, Hertfordshire, Hillingdon,
    Hounslow, Isle of Wight, Isles of Scilly, Islington, Kensington and Chelsea, Kent, Kingston
    upon Hull, Hull, Kingston upon Thames, Kingston, Kirklees, Knowsley, Lambeth, Lancashire,
    Leeds, Leicester, Leicestershire, Lewisham, Lincolnshire, Liverpool, Luton, Manchester,
    Medway, Merton, Middlesbrough, Milton Keynes, Newcastle upon Tyne, Newcastle, Newham,
    Norfolk, North East Lincolnshire, North Lincolnshire, North Northamptonshire, North
    Somerset, North Tyneside, North Yorkshire, Northumberland, Nottingham, Nottinghamshire,
    Oldham, Oxfordshire, Peterborough, Plymouth, Portsmouth, Reading, Redbridge, Redcar and
    Cleveland, Richmond upon Thames, Richmond, Rochdale, Rotherham, Rutland, Salford, Sandwell,
    Sefton, Sheffield, Shropshire, Slough, Solihull, Somerset, South Gloucestershire, South
    Tyneside, Southampton, Southend-on-Sea, Southwark, St Helens, St. Helens, Staffordshire,
    Stockport, Stockton-on-Tees, Stoke-on-Trent, Suffolk, Sunderland, Surrey, Sutton, Swindon,
    Tameside, Telford and Wrekin, Telford & Wrekin, Thurrock, Torbay, Tower Hamlets, Trafford,
    Wakefield, Walsall, Waltham Forest, Wandsworth, Warrington, Warwickshire, West Berkshire,
    West Northamptonshire, West Sussex, Westminster, Westmorland and Furness, Wigan, Wiltshire,
    Windsor and Maidenhead, Wirral, Wokingham, Wolverhampton, Worcestershire, York,
    Example, Simulated, Test, Demo, Sample, Invented, Unnamed, Anytown, Borsetshire, Xshire,
    Another, Other
    """.replace("\n    ", " ").split(",")
)
"""Without what stands before or behind; the last two lines are usual names of no council at all."""
STARTS = ("", "City of ", "London Borough of ", "Royal Borough of ", "Borough of ", "County of ")
ENDINGS = (
    *(" Council", " City Council", " County Council", " Borough Council", " council", " MBC"),
    *(
        " Metropolitan Borough Council",
        " London Borough Council",
        " County",
        " Children's Services",
    ),
    *(" Children’s Services", " Unitary Authority", " CC", " BC"),
)
